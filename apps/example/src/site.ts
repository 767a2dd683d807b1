import type { Auth, VerifiedClaims } from '@sealbearer/core'
import type { SessionParts } from './sessions.js'

/** Maximum size of a request body in bytes. */
export const maxBody = 4096

/** The functions behind the pages. The servers differ only in how a route is written. */
export interface Site {
  /** @returns the cookies of a new session; `undefined` for a wrong name or password. */
  logIn(body: unknown, device: string | undefined): Promise<string[] | undefined>
  /** The sessions of the sender. */
  devices(auth: Auth<VerifiedClaims>): Promise<readonly object[]>
  /** Ends all sessions of a user, and revokes the user's tokens. For admins. */
  revokeUser(body: unknown): Promise<object>
}

export function createSite({ sessions, revocations, cookies, users }: SessionParts): Site {
  return {
    async logIn(body, device = 'unknown') {
      const user = await users.logIn(textIn(body, 'username'), textIn(body, 'password'))
      if (user === undefined) return undefined
      return cookies.start(await sessions.start({ sub: user.username, data: { device } }))
    },
    async devices({ claims }) {
      const all = await sessions.list(claims.sub ?? '')
      return all.map(({ id, data, startedAt, renewedAt }) => ({
        ...{ data, startedAt, renewedAt },
        isThisOne: id === claims['sid'],
      }))
    },
    async revokeUser(body) {
      const sub = textIn(body, 'username')
      if (users.find(sub) === undefined) return { ended: 0 }
      const ended = await sessions.endAll(sub)
      await revocations.revoke({ sub })
      return { ended }
    },
  }
}

function textIn(body: unknown, name: string): string {
  const value: unknown = Object(body)[name]
  return typeof value === 'string' ? value : ''
}

/** The response to a failed login. */
export const wrongLogin = { error: 'invalid_grant' } as const

/** The page at `/`: a login, the devices, and what an admin can do. */
export const page = `<!doctype html>
<meta name="viewport" content="width=device-width">
<title>Orders</title>
<style>body { font: 1rem/1.5 system-ui; max-width: 40rem; margin: 3rem auto } [hidden] { display: none }</style>
<h1>Orders</h1>
<form id="login" hidden>
  <input name="username" placeholder="ada or ben" required>
  <input name="password" type="password" placeholder="password" required>
  <button>Log in</button>
  <p id="wrong" hidden>Wrong name or password.</p>
</form>
<section id="account" hidden>
  <p>You are <b id="name"></b>. <button id="logout">Log out</button> <button id="everywhere">Log out everywhere</button></p>
  <h2>Devices</h2>
  <ul id="devices"></ul>
  <form id="revoke" hidden>
    <h2>Admin</h2>
    <input name="username" placeholder="whose sessions" required> <button>End all of them</button> <output></output>
  </form>
</section>
<script type="module">
  const find = (id) => document.getElementById(id)
  const post = (path, form) => fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(form ? Object.fromEntries(new FormData(form)) : {}),
  })
  async function show() {
    const me = await fetch('/me')
    find('login').hidden = me.ok
    find('account').hidden = !me.ok
    if (!me.ok) return
    const { sub, roles } = await me.json()
    find('name').textContent = sub
    find('revoke').hidden = !roles.includes('admin')
    const devices = await (await fetch('/devices')).json()
    find('devices').replaceChildren(...devices.map(({ data, startedAt, isThisOne }) => {
      const item = document.createElement('li')
      item.textContent = [data.device, new Date(startedAt).toLocaleString(), isThisOne ? '(this one)' : ''].join(' ')
      return item
    }))
  }
  find('login').onsubmit = async (event) => {
    event.preventDefault()
    find('wrong').hidden = (await post('/login', event.target)).ok
    await show()
  }
  find('logout').onclick = async () => { await post('/session/logout'); await show() }
  find('everywhere').onclick = async () => { await post('/session/logout-everywhere'); await show() }
  find('revoke').onsubmit = async (event) => {
    event.preventDefault()
    const { ended } = await (await post('/admin/revoke', event.target)).json()
    event.target.querySelector('output').textContent = ended + ' ended'
    await show()
  }
  await show()
</script>
`
