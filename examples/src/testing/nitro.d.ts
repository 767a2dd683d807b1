/** H3, under the name by which Nitro brings it. */
declare module 'nitro/h3' {
  export { defineHandler, type Middleware } from 'h3'
}
