/** H3, under the name by which Nitro brings it. */
declare module 'nitro/h3' {
  export { defineHandler, type Middleware } from 'h3'
}

/** Nitro's flag of its development server. */
declare module 'nitro/types' {
  global {
    interface ImportMeta {
      readonly dev?: boolean
    }
  }
}
