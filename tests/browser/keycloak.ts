import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext } from 'playwright-core';

const home = resolve('build/services/keycloak');
const REALM = 'lablet-cloud-manager';

/** Why there is no Keycloak here; nothing where there is one. */
export const missingKeycloak = existsSync(`${home}/.prepared`)
  ? undefined
  : 'there is no build/services/keycloak: scripts/keycloak.sh makes it where java and mvn are installed';

/** Secrets of the realm's clients, as an operator would hand them over. */
export const SECRETS = {
  LCM_OIDC_CLIENT_SECRET: 'page-secret-of-this-test',
  LCM_RESOURCE_SCHEDULER_SECRET: 'scheduler-secret-of-this-test',
  LCM_WORKER_CONTROLLER_SECRET: 'workers-secret-of-this-test',
  LCM_LABLET_CONTROLLER_SECRET: 'lablets-secret-of-this-test',
  LCM_BOOKING_SYSTEM_SECRET: 'booking-secret-of-this-test',
  LCM_LAB_DELIVERY_SYSTEM_SECRET: 'delivery-secret-of-this-test',
};

const ROOT = { username: 'root', password: 'root-of-this-test' };

/** A Keycloak that runs with the realm of `deployment/keycloak`, in memory. */
export class Keycloak {
  readonly url: string;
  readonly #stop: () => Promise<void>;

  private constructor(url: string, stop: () => Promise<void>) {
    this.url = url;
    this.#stop = stop;
  }

  /** Starts one for a page at that address. It takes half a minute. */
  static async start(publicUrl: string): Promise<Keycloak> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    mkdirSync(`${home}/data/import`, { recursive: true });
    writeFileSync(`${home}/data/import/${REALM}-realm.json`, readFileSync('deployment/keycloak/realm.json'));
    const options = ['start', '--optimized', '--import-realm', '--cache=local', '--http-enabled=true'];
    const child = spawn(
      `${home}/bin/kc.sh`,
      [...options, '--http-host=127.0.0.1', `--http-port=${port}`, `--hostname=${url}`],
      {
        env: {
          ...process.env,
          ...SECRETS,
          LCM_PUBLIC_URL: publicUrl,
          LCM_BACKCHANNEL_URL: publicUrl,
          KC_BOOTSTRAP_ADMIN_USERNAME: ROOT.username,
          KC_BOOTSTRAP_ADMIN_PASSWORD: ROOT.password,
          // It starts in half the time when little is compiled.
          JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        // With the script's children: it starts java beside itself.
        detached: true,
      },
    );
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(String(text)));
    const exited = new Promise<void>((settle) => child.once('exit', () => settle()));
    const keycloak = new Keycloak(url, async () => {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      await exited;
    });
    const answers = () =>
      fetch(`${keycloak.issuer}/.well-known/openid-configuration`).then(
        ({ ok }) => ok,
        () => false,
      );
    for (let tries = 0; !(await answers()); tries += 1) {
      if (child.exitCode !== null || tries > 480) {
        await keycloak.stop();
        throw new Error(`Keycloak did not start:\n${said.slice(-20).join('')}`);
      }
      await sleep(250);
    }
    return keycloak;
  }

  get issuer(): string {
    return `${this.url}/realms/${REALM}`;
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  /** An access token by client credentials. */
  async tokenOf(client: string, secret: string): Promise<string> {
    return tokenAt(`${this.issuer}/protocol/openid-connect/token`, {
      grant_type: 'client_credentials',
      client_id: client,
      client_secret: secret,
    });
  }

  /** Makes somebody who can log in; their id. */
  async addUser(username: string, password: string, group: string, department: string): Promise<string> {
    await this.#administer('POST', 'users', {
      username,
      enabled: true,
      email: `${username}@example.com`,
      firstName: username,
      lastName: 'Example',
      attributes: { department: [department] },
      groups: [group],
      credentials: [{ type: 'password', value: password, temporary: false }],
    });
    const [user] = (await this.#administer('GET', `users?username=${username}&exact=true`)) as {
      id: string;
    }[];
    if (!user) throw new Error(`there is no user ${username}`);
    return user.id;
  }

  /** Moves somebody from one group to another. */
  async move(userId: string, from: string, to: string): Promise<void> {
    const groups = (await this.#administer('GET', 'groups')) as { id: string; name: string }[];
    const idOf = (name: string) => groups.find((group) => group.name === name)?.id;
    await this.#administer('DELETE', `users/${userId}/groups/${idOf(from)}`);
    await this.#administer('PUT', `users/${userId}/groups/${idOf(to)}`);
  }

  /** Throws somebody out. */
  async logOut(userId: string): Promise<void> {
    await this.#administer('POST', `users/${userId}/logout`);
  }

  /**
   * Turns a browser into one of that person's, by the hand of Keycloak's own admin, whose token stands for them.
   * @param browser gets the cookies that Keycloak gives the admin
   */
  async impersonate(browser: BrowserContext, username: string): Promise<void> {
    const [user] = (await this.#administer('GET', `users?username=${username}&exact=true`)) as {
      id: string;
    }[];
    const answer = await browser.request.post(
      `${this.url}/admin/realms/${REALM}/users/${user?.id}/impersonation`,
      { headers: { authorization: `Bearer ${await this.#adminToken()}` } },
    );
    if (!answer.ok())
      throw new Error(`nobody becomes ${username}: ${answer.status()} ${await answer.text()}`);
  }

  #adminToken(): Promise<string> {
    return tokenAt(`${this.url}/realms/master/protocol/openid-connect/token`, {
      grant_type: 'password',
      client_id: 'admin-cli',
      ...ROOT,
    });
  }

  async #administer(method: string, path: string, body?: object): Promise<unknown> {
    const token = await this.#adminToken();
    const response = await fetch(`${this.url}/admin/realms/${REALM}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}

async function tokenAt(url: string, form: Record<string, string>): Promise<string> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token } = (await response.json()) as { access_token?: string };
  if (!access_token) throw new Error(`no token: ${response.status}`);
  return access_token;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address ? address.port : 0;
}
