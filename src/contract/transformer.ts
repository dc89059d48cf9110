import superjson, { type SuperJSONResult } from 'superjson';

/**
 * superjson's form of a value, as every tRPC link and handler here sends it. Nearly all of what is
 * sent is JSON as it is, and then superjson's walks over it are spared: they took half the time of
 * a list of spans.
 */
export const transformer = {
  serialize: (value: unknown): SuperJSONResult =>
    isJson(value) ? { json: value as SuperJSONResult['json'] } : superjson.serialize(value),
  deserialize: (sent: SuperJSONResult): unknown =>
    sent.meta ? superjson.deserialize(sent) : sent.json,
};

/** Whether JSON brings the value back as it is. */
function isJson(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      if (value === null) return true;
      if (Array.isArray(value)) return value.every(isJson) && !value.includes(undefined);
      return isPlain(value) && Object.values(value).every(isJson);
    default:
      return false;
  }
}

const isPlain = (value: object) => Object.getPrototypeOf(value) === Object.prototype;
