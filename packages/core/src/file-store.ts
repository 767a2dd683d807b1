export { type FileStoreOptions, fileStore } from './file-store/file-store.js'
