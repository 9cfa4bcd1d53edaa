import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** A text encrypted with AES-256-GCM; all three in base64. */
export interface SecretBox {
  readonly iv: string;
  readonly tag: string;
  readonly data: string;
}

/** `label` is authenticated with the text: the box opens under the same label only. `key` has 32 bytes. */
export function seal(key: Buffer, label: string, text: string): SecretBox {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(label));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return {
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  };
}

/** Undefined where the key or the label is another one, or the box is damaged. */
export function unseal(key: Buffer, label: string, box: SecretBox): string | undefined {
  try {
    const iv = Buffer.from(box.iv, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
    decipher.setAAD(Buffer.from(label)).setAuthTag(Buffer.from(box.tag, 'base64'));
    return Buffer.concat([decipher.update(box.data, 'base64'), decipher.final()]).toString('utf8');
  } catch {
    // node:crypto has one error for all that can be wrong, and nothing in it for the user.
    return undefined;
  }
}
