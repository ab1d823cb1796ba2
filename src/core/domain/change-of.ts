import { z } from 'zod';

type Bare<Schema> = Schema extends z.ZodDefault<infer Inner> | z.ZodPrefault<infer Inner> ? Inner : Schema;
type Changed<Schema> =
  Bare<Schema> extends z.ZodObject<infer Shape>
    ? z.ZodObject<ChangeShape<Shape>, z.core.$strict>
    : Bare<Schema> & z.ZodType;
type ChangeShape<Shape extends z.ZodRawShape> = {
  [Name in keyof Shape]: z.ZodOptional<Changed<Shape[Name]>>;
};

/**
 * What a change to such an object says: any of its fields, at any depth, and those that it does not name stay as they
 * are. `partial()` will not do where fields have defaults: zod fills them in under `optional` too, and so a change
 * to one field would set all others back.
 */
export function changeOf<Shape extends z.ZodRawShape>(
  object: z.ZodObject<Shape>,
): z.ZodObject<ChangeShape<Shape>, z.core.$strict> {
  const fields = Object.entries(object.shape).map(([name, schema]) => {
    const bare = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault ? schema.unwrap() : schema;
    return [name, z.optional(bare instanceof z.ZodObject ? changeOf(bare) : bare)];
  });
  return z.strictObject(Object.fromEntries(fields)) as z.ZodObject<ChangeShape<Shape>, z.core.$strict>;
}
