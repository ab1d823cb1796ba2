import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  SignJWT,
} from 'jose';

/**
 * An OpenID provider that a test can have say anything, over real HTTP. Whoever is sent to it is logged in at once, as
 * the one of whom `claims` are.
 */
export class TestIssuer {
  /** What it says of the one who logs in, from the next token on. */
  claims: Record<string, unknown> = { sub: 's-1', username: 'ann', roles: ['user'], department: 'ops' };
  accessSeconds = 300;
  /** When the one who logs in has proven who they are, in milliseconds since the epoch; right then where absent. */
  provenAt: number | undefined;
  /** What it says by subject when it is asked again, where it has to tell several people apart. */
  readonly people = new Map<string, Record<string, unknown>>();
  /** Answers of the token endpoint, instead of what it would give. */
  misbehave: {
    idToken?: Record<string, unknown>;
    refuseRefresh?: boolean;
    down?: boolean;
    refreshGate?: Promise<void>;
  } = {};
  /** Refreshes that were asked for. */
  refreshes = 0;
  readonly revoked: string[] = [];
  readonly #server: Server;
  readonly #codes = new Map<string, { nonce: string; challenge: string; redirectUri: string }>();
  readonly #refreshTokens = new Map<string, unknown>();
  readonly #keys: GenerateKeyPairResult;
  readonly #clock: () => number;
  readonly #name: string | undefined;
  #kid = '';

  private constructor(
    server: Server,
    keys: GenerateKeyPairResult,
    clock: () => number,
    name: string | undefined,
  ) {
    this.#server = server;
    this.#name = name;
    this.#keys = keys;
    this.#clock = clock;
  }

  /** Starts one on any free port. `clock` in milliseconds; `name` is its URL where it is to be another than it has. */
  static async start(clock: () => number, name?: string): Promise<TestIssuer> {
    const keys = await generateKeyPair('RS256');
    const server = createServer();
    const issuer = new TestIssuer(server, keys, clock, name);
    issuer.#kid = await calculateJwkThumbprint(await exportJWK(keys.publicKey));
    server.on('request', (request, response) => {
      issuer.#answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return issuer;
  }

  /** As it calls itself. */
  get url(): string {
    return this.#name ?? this.address;
  }

  /** Where it is. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  /** A JWT of this issuer's. */
  sign(
    claims: Record<string, unknown>,
    typ = 'JWT',
    key: CryptoKey = this.#keys.privateKey,
  ): Promise<string> {
    const now = Math.floor(this.#clock() / 1_000);
    return new SignJWT({ iss: this.url, aud: 'lcm-page', iat: now, exp: now + 300, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: this.#kid, typ })
      .sign(key);
  }

  /** What a browser that was sent to `login` comes back to. */
  async logIn(login: string): Promise<string> {
    const answer = await fetch(login.replace(this.url, this.address), { redirect: 'manual' });
    return answer.headers.get('location') ?? `no way back: ${answer.status}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    if (this.misbehave.down) return void response.destroy();
    const json = (body: object, status = 200) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(this.#metadata());
      case '/jwks':
        return json({
          keys: [{ ...(await exportJWK(this.#keys.publicKey)), kid: this.#kid, use: 'sig', alg: 'RS256' }],
        });
      case '/auth':
        return void response.writeHead(303, { location: this.#authorize(url.searchParams) }).end();
      case '/token': {
        const answer = await this.#token(new URLSearchParams(await text(request)));
        return json(answer, 'error' in answer ? 400 : 200);
      }
      case '/revoke':
        this.revoked.push(new URLSearchParams(await text(request)).get('token') ?? '');
        return void response.writeHead(200).end();
      default:
        return void response.writeHead(404).end();
    }
  }

  #metadata(): object {
    const at = (path: string) => `${this.url}/${path}`;
    return {
      issuer: this.url,
      authorization_endpoint: at('auth'),
      token_endpoint: at('token'),
      jwks_uri: at('jwks'),
      revocation_endpoint: at('revoke'),
      end_session_endpoint: at('end'),
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
    };
  }

  #authorize(asked: URLSearchParams): string {
    const code = randomUUID();
    if (asked.get('prompt') === 'login') this.provenAt = undefined;
    const wanted = (name: string) => asked.get(name) ?? '';
    this.#codes.set(code, {
      nonce: wanted('nonce'),
      challenge: wanted('code_challenge'),
      redirectUri: wanted('redirect_uri'),
    });
    const back = new URL(wanted('redirect_uri'));
    back.searchParams.set('code', code);
    back.searchParams.set('state', wanted('state'));
    return back.href;
  }

  async #token(asked: URLSearchParams): Promise<object> {
    if (asked.get('client_secret') !== 'page-secret') return { error: 'invalid_client' };
    const refresh = asked.get('refresh_token');
    if (refresh !== null) {
      this.refreshes += 1;
      await this.misbehave.refreshGate;
      const subject = this.#refreshTokens.get(refresh);
      const known = this.#refreshTokens.delete(refresh);
      if (!known || this.misbehave.refuseRefresh) return { error: 'invalid_grant' };
      return this.#tokens(this.people.get(String(subject)) ?? this.claims);
    }
    const code = this.#codes.get(asked.get('code') ?? '');
    this.#codes.delete(asked.get('code') ?? '');
    const verifier = new TextEncoder().encode(asked.get('code_verifier') ?? '');
    const challenge = Buffer.from(await crypto.subtle.digest('SHA-256', verifier)).toString('base64url');
    if (!code || code.challenge !== challenge || code.redirectUri !== asked.get('redirect_uri'))
      return { error: 'invalid_grant' };
    return this.#tokens(this.claims, { nonce: code.nonce });
  }

  async #tokens(said: Record<string, unknown>, more: Record<string, unknown> = {}): Promise<object> {
    const refresh = randomUUID();
    this.#refreshTokens.set(refresh, said['sub']);
    const auth_time = Math.floor((this.provenAt ?? this.#clock()) / 1_000);
    const claims = { ...said, sid: 'sid-1', auth_time };
    return {
      token_type: 'Bearer',
      access_token: await this.sign({ ...claims, aud: 'lcm', marker: 'access-token' }, 'at+jwt'),
      id_token: await this.sign({ ...claims, ...more, ...this.misbehave.idToken }),
      refresh_token: refresh,
      expires_in: this.accessSeconds,
    };
  }
}
