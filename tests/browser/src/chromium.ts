import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** Why the suite is left out; `undefined` where it can run. */
export const missing: string | undefined = existsSync(executablePath)
  ? canMakeCertificates()
    ? undefined
    : 'no openssl'
  : `no ${executablePath}`

/** Names a suite, and says why it is left out. */
export const inChromium = (title: string): string =>
  missing === undefined ? title : `${title} (left out: ${missing})`

/** Starts Chromium. All names below `.test` are of this machine. */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      '--host-resolver-rules=MAP *.test 127.0.0.1',
    ],
  })

function canMakeCertificates(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A certificate that nobody trusts, for names below `.test`: cookies with the prefix `__Host-` need TLS. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  try {
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key]
    const names = ['-subj', '/CN=app.test', '-addext', 'subjectAltName=DNS:app.test']
    execFileSync('openssl', ['req', '-x509', ...made, ...names, '-days', '2', '-out', cert], {
      stdio: 'ignore',
    })
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
