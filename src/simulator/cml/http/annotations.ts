import { readAnnotation } from '../annotations.ts';
import { notFound } from '../errors.ts';
import { touch } from '../labs.ts';
import { object } from '../shape.ts';
import type { Topic } from './endpoints.ts';

/** Drawings on the canvas, and the coloured hulls around nodes of one tag. */
export const annotationsTopic: Topic = (on, context) => {
  const path = '/labs/:labId/annotations/:annotationId';
  const find = (list: Record<string, unknown>[], id: string | undefined) => {
    const found = list.find((one) => one['id'] === id);
    if (!found) throw notFound('Annotation', id ?? '');
    return found;
  };

  on.lab('lab_view', 'GET', '/labs/:labId/annotations', ({ lab }) => lab.annotations);
  on.lab('lab_edit', 'POST', '/labs/:labId/annotations', ({ lab, body }) => {
    const made = readAnnotation(body, 'body', context.world.random.uuid());
    lab.annotations.push(made);
    touch(context, lab);
    return made;
  });
  on.lab('lab_view', 'GET', path, ({ lab, params }) => find(lab.annotations, params['annotationId']));
  on.lab('lab_edit', 'PATCH', path, ({ lab, params, body }) => {
    const old = find(lab.annotations, params['annotationId']);
    const changed = readAnnotation(body, 'body', String(old['id']), old);
    lab.annotations = lab.annotations.map((one) => (one === old ? changed : one));
    touch(context, lab);
    return changed;
  });
  on.lab('lab_edit', 'DELETE', path, ({ lab, params }) => {
    const old = find(lab.annotations, params['annotationId']);
    lab.annotations = lab.annotations.filter((one) => one !== old);
    touch(context, lab);
  });

  const smart = '/labs/:labId/smart_annotations/:annotationId';
  on.lab('lab_view', 'GET', '/labs/:labId/smart_annotations', ({ lab }) => lab.smartAnnotations);
  on.lab('lab_view', 'GET', smart, ({ lab, params }) => find(lab.smartAnnotations, params['annotationId']));
  on.lab('lab_edit', 'PATCH', smart, ({ lab, params, body }) => {
    const old = find(lab.smartAnnotations, params['annotationId']);
    Object.assign(old, object(body, 'body'), { id: old['id'], tag: old['tag'] });
    touch(context, lab);
    return old;
  });
};
