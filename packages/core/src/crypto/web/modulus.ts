import type { CryptoKey } from 'jose'

/**
 * Tells whether octets are as long as the modulus, where the key is an RSA one. OpenSSL, below some WebCrypto,
 * takes PSS signatures and encrypted keys without their leading zeros, against RFC 8017 §7.1.2 and §8.1.2.
 */
export const isAsLongAsModulus = ({ length }: Uint8Array, { algorithm }: CryptoKey): boolean =>
  !('modulusLength' in algorithm) || length === Math.ceil(Number(algorithm.modulusLength) / 8)
