import type { Doors } from './doors.js'
import { encryptedTokens } from './encrypted-shapes.js'
import { requests } from './request-shapes.js'
import type { ShapeGroup } from './shape.js'
import { claims, headers, oversized, routedClaims, spoilt } from './token-shapes.js'
import { usual } from './usual-shapes.js'

/** Every hostile shape. */
export const shapeGroups = (doors: Doors): readonly ShapeGroup[] =>
  [usual, oversized, spoilt, headers, claims, routedClaims, encryptedTokens, requests].map((group) =>
    group(doors),
  )
