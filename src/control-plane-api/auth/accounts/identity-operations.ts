import { z } from 'zod';
import { type Beside, openToAll, problems } from '../../http/beside.ts';
import { IDENTITY_PATH } from './identity-provider.ts';

const SIGN_IN = `${IDENTITY_PATH}/sign-in/:uid`;
const uid = z.object({ uid: z.string().describe('Of this sign-in, which a cookie goes with') });
const page = { 'text/html': {} };

/**
 * What is ours of the identity provider that is built in. The rest is as OpenID Connect has it, at the places that its
 * own description names. All of it answers 404 where another issuer has the accounts.
 */
export const IDENTITY_OPERATIONS: readonly Beside[] = [
  openToAll('GET', `${IDENTITY_PATH}/.well-known/openid-configuration`, {
    operationId: 'identity.description',
    tags: ['identity'],
    summary: 'What the built-in identity provider does, and where (OpenID Connect Discovery 1.0)',
    responses: {
      200: {
        description: 'Its description',
        content: { 'application/json': { schema: z.looseObject({ issuer: z.string() }) } },
      },
      ...problems(404, 503),
    },
  }),
  openToAll('GET', SIGN_IN, {
    operationId: 'identity.signInForm',
    tags: ['identity'],
    summary: 'The form for name and password',
    requestParams: { path: uid },
    responses: {
      200: { description: 'The form', content: page },
      400: { description: 'This sign-in is over', content: page },
      ...problems(404, 503),
    },
  }),
  openToAll('POST', SIGN_IN, {
    operationId: 'identity.signIn',
    tags: ['identity'],
    summary: 'Sign in: from that form only, and the browser that it was shown to',
    requestParams: { path: uid },
    requestBody: {
      required: true,
      content: {
        'application/x-www-form-urlencoded': {
          schema: z.object({ username: z.string(), password: z.string() }),
        },
      },
    },
    responses: {
      303: { description: 'Goes on with the login', headers: z.object({ location: z.string() }) },
      400: { description: 'This sign-in is over', content: page },
      403: { description: 'It was not sent by the form', content: page },
      422: { description: 'The name or the password is wrong', content: page },
      429: { description: 'Too many attempts', content: page },
      ...problems(404),
      503: { description: 'Not possible at the moment', content: page },
    },
  }),
];
