// What the other packages of this repository are built of. Not for applications: it changes without notice.
export { type Mac, type MacSecret, macOption } from './keys/mac.js'
export { chain, isPromise, type MaybePromise } from './maybe-promise.js'
export {
  checkMembers,
  countOption,
  durationOption,
  entriesOption,
  type Listener,
  listenerOption,
} from './options.js'
export { type Clock, type Duration, secondsClock, withinTime } from './time.js'
