import { expectTypeOf, test } from 'vitest'
import type { SecureOption } from './adapter.js'
import type {
  AuthenticatorOptions,
  CsrfOptions,
  FromHeaderOptions,
  IssuerOption,
  KeySet,
  Requirement,
  TenantVerifierOptions,
  VerifierOptions,
} from './index.js'

// A promise is truthy, whatever it resolves with. Checked by `tsc`; what each option does with a promise at run time is
// tested beside it.

/** The functions among the values of an option. */
type FunctionOf<Option> = Extract<Option, (...parameters: never) => unknown>

interface Predicates {
  issuer: FunctionOf<IssuerOption>
  tenant: FunctionOf<TenantVerifierOptions['issuer']>
  origins: FunctionOf<CsrfOptions['origins']>
  where: FunctionOf<Requirement['where']>
  trusted: FunctionOf<FromHeaderOptions['trusted']>
  secure: FunctionOf<SecureOption<object>>
  use: FunctionOf<KeySet['use']>
  mayServe: FunctionOf<KeySet['mayServe']>
}

type Decides<Answer> = { [Name in keyof Predicates]: () => Answer }

test('functions that decide at once are not asynchronous ones', () => {
  expectTypeOf<Decides<boolean>>().toExtend<Predicates>()
  type Refused<Answer> = {
    [Name in keyof Predicates]: (() => Answer) extends Predicates[Name] ? never : Name
  }[keyof Predicates]
  expectTypeOf<Refused<Promise<boolean>>>().toEqualTypeOf<keyof Predicates>()
  expectTypeOf<Refused<Promise<true>>>().toEqualTypeOf<keyof Predicates>()
  expectTypeOf<Refused<boolean | Promise<boolean>>>().toEqualTypeOf<keyof Predicates>()
  expectTypeOf<Refused<unknown>>().toEqualTypeOf<keyof Predicates>()
  expectTypeOf<Refused<undefined>>().toEqualTypeOf<keyof Predicates>()
})

test('functions that return permissions are not asynchronous ones', () => {
  type Permissions = FunctionOf<AuthenticatorOptions['scopes' | 'roles']>
  expectTypeOf<() => readonly string[]>().toExtend<Permissions>()
  expectTypeOf<() => Promise<readonly string[]>>().not.toExtend<Permissions>()
})

test('functions that may wait for a store may be asynchronous', () => {
  type Revoked = FunctionOf<VerifierOptions['revoked']>
  expectTypeOf<() => boolean>().toExtend<Revoked>()
  expectTypeOf<() => Promise<boolean>>().toExtend<Revoked>()
  expectTypeOf<() => Promise<void>>().not.toExtend<Revoked>()
})
