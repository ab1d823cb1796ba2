import type { IncomingMessage } from 'node:http';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { errors, type Provider } from 'oidc-provider';
import type { EmbeddedAccounts } from './accounts/embedded-accounts.ts';
import { problemPage } from './pages/problem-page.ts';
import { signInPage } from './pages/sign-in-page.ts';
import { SIGN_IN_PATH, show } from './provider-configuration.ts';
import type { SignIn } from './sign-in.ts';

/** Of a request that the provider itself has not looked at. */
type Context = Parameters<Parameters<Provider['use']>[0]>[0];

/** What the form works with. */
export interface SignInFormParts {
  issuer: string;
  accounts: EmbeddedAccounts;
  signIn: SignIn;
}

/**
 * The sign-in page: shows the form and takes it. Who sends it must have the cookie of this very sign-in, which
 * other sites cannot send along, and must come from our own page.
 */
export const signInForm =
  (provider: Provider, { issuer, accounts, signIn }: SignInFormParts) =>
  async (ctx: Context, next: () => Promise<void>): Promise<void> => {
    if (!ctx.path.startsWith(SIGN_IN_PATH)) return next();
    const details = await detailsOf(provider, ctx);
    if (!details || details.uid !== ctx.path.slice(SIGN_IN_PATH.length)) {
      ctx.status = 400;
      return show(ctx, problemPage('This sign-in is over: it was finished, or it took too long.'));
    }
    const view = { action: `${new URL(issuer).pathname}${ctx.path}`, demo: accounts.demo };
    if (ctx.method !== 'POST') {
      const { login_hint: hint } = details.params;
      return show(ctx, signInPage({ ...view, username: typeof hint === 'string' ? hint : undefined }));
    }
    if (!isOurOwn(ctx, issuer)) {
      ctx.status = 403;
      return show(ctx, problemPage('The form was not sent by this page.'));
    }
    const form = await formOf(ctx.req);
    const username = form.get('username') ?? '';
    try {
      const account = await signIn({ username, password: form.get('password') ?? '', address: ctx.ip });
      const login = { accountId: account.subject, amr: ['pwd'], remember: false };
      const location = await provider.interactionResult(ctx.req, ctx.res, { login });
      ctx.status = 303;
      ctx.redirect(location);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      show(ctx, signInPage({ ...view, username, problem: problemOf(error, ctx) }));
    }
  };

const STATUS: Partial<Record<Refusal['code'], number>> = { unauthenticated: 422, tooManyRequests: 429 };

/** What the page says of it. It goes with the status, and with when to try again. */
function problemOf(refusal: Refusal, ctx: Context): string {
  ctx.status = STATUS[refusal.code] ?? 503;
  const seconds = Number(refusal.facts['retryAfterSeconds'] ?? 1);
  if (ctx.status !== 422) ctx.set('retry-after', String(seconds));
  if (ctx.status === 422) return 'The user name or the password is wrong.';
  if (ctx.status === 429) return `There were too many attempts. Try again in ${waitText(seconds)}.`;
  return 'Signing in is not possible at this moment. Try again.';
}

const waitText = (seconds: number): string =>
  seconds < 120 ? `${seconds} second${seconds === 1 ? '' : 's'}` : `${Math.ceil(seconds / 60)} minutes`;

async function detailsOf(provider: Provider, ctx: Context) {
  try {
    return await provider.interactionDetails(ctx.req, ctx.res);
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  }
}

/** Browsers say where a form comes from; those that do not are held by the cookie alone. */
function isOurOwn(ctx: Context, issuer: string): boolean {
  const origin = ctx.get('origin');
  const site = ctx.get('sec-fetch-site');
  return (origin === '' || origin === new URL(issuer).origin) && (site === '' || site === 'same-origin');
}

const MOST_BYTES = 8_192;

/** The fields of a form. @throws Error with status 413 or 415 */
async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw withStatus(415, 'a form is wanted');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw withStatus(413, 'the form is too long');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

/** Koa answers an exposed error with its status and message. */
const withStatus = (status: number, message: string): Error =>
  Object.assign(new Error(message), { status, expose: true });
