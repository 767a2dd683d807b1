export { createFileStore, type FileStoreOptions } from './key-ring/file-store.js'
