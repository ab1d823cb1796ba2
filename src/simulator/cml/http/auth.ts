import type { FastifyRequest } from 'fastify';
import type { CmlContext } from '../context.ts';
import { object, required, text } from '../shape.ts';
import { logIn, logOut } from '../tokens.ts';
import { says, type Topic } from './endpoints.ts';

/** Login, its check and logout. */
export const authTopic: Topic = (on, context) => {
  on.open('POST', '/authenticate', (request) => logInFrom(context, request).token);
  on.open('POST', '/auth_extended', (request) => {
    const { user, token } = logInFrom(context, request);
    return { id: user.id, username: user.username, token, admin: user.admin };
  });
  on.user('GET', '/authok', () => 'OK');
  on.user('GET', '/authentication', ({ user, token }) => ({
    id: user.id,
    username: user.username,
    token,
    admin: user.admin,
  }));
  on.user('DELETE', '/logout', ({ user, token, query }) => {
    logOut(context, user, token, says(query['clear_all_sessions']));
    return true;
  });
};

function logInFrom(context: CmlContext, request: FastifyRequest) {
  const body = object(request.body, 'body');
  const session = logIn(context, required(body, 'username', text()), required(body, 'password', text()));
  context.telemetry.record('user_activity', {
    user_id: session.user.id,
    username: session.user.username,
    activity: 'login',
  });
  return session;
}
