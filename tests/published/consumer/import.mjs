import use from './use.cjs'

await use(process.argv[2], (name) => import(name))
