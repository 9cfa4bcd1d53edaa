import type { JsonObject } from '../json.js';

/** A universal data model: the shape of a record that many apps have, whatever each calls it. */
export interface UdmModel {
  /** In words: `contact`, `contacts`. */
  readonly singular: string;
  readonly plural: string;
  readonly fieldsSchema: JsonObject;
}

export function model(singular: string, plural: string, fields: JsonObject): UdmModel {
  return { singular, plural, fieldsSchema: object(fields) };
}

export const text: JsonObject = { type: 'string' };
export const number: JsonObject = { type: 'number' };
export const integer: JsonObject = { type: 'integer' };
export const boolean: JsonObject = { type: 'boolean' };
export const time: JsonObject = { type: 'string', format: 'date-time' };
export const date: JsonObject = { type: 'string', format: 'date' };

/** The id of a record of another model. */
export function idOf(referenceUdm: string): JsonObject {
  return { type: 'string', referenceUdm };
}

/** Only the app itself writes it. */
export function readOnly(field: JsonObject): JsonObject {
  return { ...field, readOnly: true };
}

export function list(items: JsonObject): JsonObject {
  return { type: 'array', items };
}

export function object(properties: JsonObject): JsonObject {
  return { type: 'object', properties };
}

export function oneOf(...values: string[]): JsonObject {
  return { type: 'string', enum: values };
}

/** One of these, or what an app has beyond them. */
export function usually(...values: string[]): JsonObject {
  return { ...oneOf(...values), allowCustom: true };
}

/** When, and by whom, a record was made and changed. */
export const audit: JsonObject = {
  createdTime: readOnly(time),
  createdBy: readOnly(idOf('users')),
  updatedTime: readOnly(time),
  updatedBy: readOnly(idOf('users')),
};
