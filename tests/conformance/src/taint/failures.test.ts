import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createConformance } from '../conformance.js'
import { claimsOf } from '../tokens/claims.js'
import { type Capture, startCapture } from './capture.js'
import { describeValue } from './describe-value.js'
import { failures } from './failures/all-failures.js'
import { type Failure, type Material, materialOf } from './failures/material.js'
import { keySecrets } from './key-secrets.js'
import { publicTexts } from './public-texts.js'
import { Taint } from './taint.js'

const text = 'correct-horse-battery-staple-0123456789'

const conformance = await createConformance()

let material: Material
let taint: Taint
let capture: Capture
beforeAll(async () => {
  material = await materialOf(conformance, text)
  taint = new Taint(
    [
      ...(await keySecrets(conformance.tokens.keys)),
      { label: 'the text', value: text },
      { label: 'the token', value: material.token },
      { label: 'the encrypted token', value: material.encryption },
      { label: 'a claim', value: String(claimsOf()['sub']) },
      { label: 'a claim', value: String(claimsOf()['email']) },
    ],
    publicTexts,
  )
  capture = startCapture()
})
afterAll(() => capture.stop())

/** What is said about a failing call: its error, and whatever else came out. */
async function saidOf(failure: Failure): Promise<{ readonly error: unknown; readonly said: string }> {
  capture.take()
  let error: unknown
  try {
    await failure(material)
  } catch (caught) {
    error = caught
  }
  await new Promise((resolve) => setImmediate(resolve))
  return { error, said: [describeValue(error), describeValue(capture.take())].join('\n') }
}

describe.each(Object.entries(failures))('%s', (_, rows) => {
  test.each(Object.entries(rows))('%s: fails, and quotes nothing', async (_title, failure) => {
    const { error, said } = await saidOf(failure)
    expect(error).toBeInstanceOf(Error)
    expect(taint.find(said)).toEqual([])
  })
})

describe('the search', () => {
  test.each<[string, Failure, string]>([
    ['the text', (m) => Promise.reject(new Error(`bad secret ${m.text}`)), 'the text'],
    ['a token', (m) => Promise.reject(new TypeError('bad', { cause: { token: m.token } })), 'the token'],
    ['PEM', (m) => Promise.reject(new Error(m.pem)), '"d" of signing'],
    ['a JWK', (m) => Promise.reject(new Error(JSON.stringify(m.privateJwk))), '"d" of signing'],
    [
      'a claim',
      () => Promise.reject(Object.assign(new Error('bad'), { issues: [{ received: claimsOf() }] })),
      'a claim',
    ],
    [
      'what is said beside an error',
      (m) => {
        process.stderr.write(m.encryption)
        throw new Error('bad')
      },
      'the encrypted token',
    ],
  ])('finds %s', async (_, failure, label) => {
    const { said } = await saidOf(failure)
    expect(taint.find(said)).toContain(label)
  })
})
