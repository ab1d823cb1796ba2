import type { FastifyInstance } from 'fastify';
import { badRequest } from '../errors.ts';

/**
 * Reads bodies as CML does: JSON where it is said to be JSON (an empty body is no body), anything else,
 * and what has no Content-Type at all, as text. The import endpoint gets raw YAML that way.
 */
export function readBodiesLikeCml(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const source = body.toString();
    if (source.trim() === '') return done(null, undefined);
    try {
      done(null, JSON.parse(source));
    } catch (error) {
      done(badRequest(`Request body is not valid JSON: ${error instanceof Error ? error.message : error}`));
    }
  });
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
}
