import type { KeyManagementAlgorithm, SignatureAlgorithm } from '@sealbearer/core'
import { byId, element } from './element.js'
import { type Example, type ExampleOptions, type FaultName, faults, makeExample } from './make-example.js'

const signatures = [
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'PS256',
  'RS256',
  'HS256',
] satisfies SignatureAlgorithm[]
const encryptions = [
  'ECDH-ES+A256KW',
  'ECDH-ES',
  'RSA-OAEP-256',
  'A256KW',
  'dir',
] satisfies KeyManagementAlgorithm[]

function fill(id: string, rows: readonly (readonly [value: string, title: string])[]): HTMLSelectElement {
  const select = byId(id, HTMLSelectElement)
  select.append(...rows.map(([value, title]) => element('option', { value }, title)))
  return select
}

/** Connects the form that generates keys and examples. @param take Called with each example. */
export function connectMaking(take: (example: Example) => Promise<void>): void {
  const form = byId('form', HTMLSelectElement)
  const signature = fill(
    'signature',
    signatures.map((alg) => [alg, alg]),
  )
  const encryption = fill(
    'encryption',
    encryptions.map((alg) => [alg, alg]),
  )
  const fault = fill(
    'fault',
    Object.entries(faults).map(([name, { title }]) => [name, title]),
  )
  const enable = (): void => {
    signature.disabled = form.value === 'encrypted'
    encryption.disabled = form.value === 'signed'
  }
  form.addEventListener('change', enable)
  enable()
  byId('make', HTMLFormElement).addEventListener('submit', async (event) => {
    event.preventDefault()
    // Each list has only the values that it was filled with.
    const options = {
      form: form.value as ExampleOptions['form'],
      signature: signature.value as SignatureAlgorithm,
      encryption: encryption.value as KeyManagementAlgorithm,
      fault: fault.value as FaultName,
    }
    await take(await makeExample(options))
  })
}
