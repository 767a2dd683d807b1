export { type FileStoreOptions, fileStore } from './key-ring/file-store.js'
