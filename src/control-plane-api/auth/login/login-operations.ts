import { z } from 'zod';
import { type Beside, openToAll, problems } from '../../http/beside.ts';

/**
 * What browsers go through to log in and out, and how the issuer ends a login: redirects, forms and cookies. Nobody
 * needs to be logged in for any of it; what each takes instead is said there.
 */
export const LOGIN_OPERATIONS: readonly Beside[] = [
  openToAll('GET', '/api/auth/login', {
    operationId: 'auth.beginLogin',
    tags: ['auth'],
    summary: 'Log in: leads the browser to the issuer, and from there to where it was',
    requestParams: {
      query: z.object({
        return: z.string().optional().describe('Path of this server to come back to; `/` for anything else'),
      }),
    },
    responses: { ...leadsTo('The issuer, or the page with `auth_error`'), ...problems(429, 503) },
  }),
  openToAll('GET', '/api/auth/callback', {
    operationId: 'auth.logIn',
    tags: ['auth'],
    summary: 'Take a browser back from the issuer: once, and only the one that began to log in here',
    requestParams: {
      query: z.object({
        code: z.string().optional(),
        state: z.string().optional(),
        iss: z.string().optional(),
        error: z.string().optional(),
      }),
    },
    responses: { ...leadsTo('Where it was, or the page with `auth_error`'), ...problems(503) },
  }),
  openToAll('GET', '/api/auth/logout', {
    operationId: 'auth.logOutByLink',
    tags: ['auth'],
    summary: 'Log out here and at the issuer, as a link of the page; a link of another site does nothing',
    responses: { ...leadsTo('The issuer, or the page'), ...problems(503) },
  }),
  openToAll('POST', '/api/auth/logout', {
    operationId: 'auth.logOut',
    tags: ['auth'],
    summary: 'Log out here; the answer is where to go on to log out at the issuer',
    description: 'With the cookie of a login it takes that login’s `x-csrf-token`.',
    responses: {
      200: {
        description: 'Logged out',
        content: { 'application/json': { schema: z.object({ location: z.string() }) } },
      },
      ...problems(400, 403, 413, 415, 503),
    },
  }),
  openToAll('POST', '/api/auth/backchannel-logout', {
    operationId: 'auth.backChannelLogout',
    tags: ['auth'],
    summary: 'Take from the issuer that somebody has logged out there',
    description: 'A token that the issuer has signed, once (OpenID Connect Back-Channel Logout 1.0).',
    requestBody: {
      required: true,
      content: {
        'application/x-www-form-urlencoded': { schema: z.object({ logout_token: z.string().min(1) }) },
      },
    },
    responses: {
      200: { description: 'Whose logins these were are logged out' },
      ...problems(400, 413, 415, 503),
    },
  }),
];

function leadsTo(description: string) {
  return { 303: { description, headers: z.object({ location: z.string() }) } };
}
