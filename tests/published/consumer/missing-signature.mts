// Not to be compiled: the compiler has to say what is missing.
import { createIssuer, createVerifier } from '@sealbearer/core'

createVerifier({ issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' })
createIssuer({
  issuer: 'https://auth.example.com',
  audience: 'https://api.example.com',
  lifetime: '5m',
  typ: 'at+jwt',
})
