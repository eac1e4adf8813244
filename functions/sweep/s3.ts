import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { InputError } from "../../core/domain/errors.ts";
import type { Objects } from "./handler.ts";

/** The actions that the deployed function calls; who collects results lists them too. */
export const OBJECT_ACTIONS = ["s3:GetObject", "s3:PutObject"] as const;

/** A bucket as files by key. @throws InputError for a file that is not there. */
export function s3Objects(client: S3Client, Bucket: string): Objects {
  return {
    async get(Key) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (error) {
        if (!(error instanceof Error) || error.name !== "NoSuchKey") throw error;
        throw new InputError(`s3://${Bucket}/${Key}: expected a file, found none`);
      }
    },
    async put(Key, Body) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
  };
}

/** Every key that begins so, page after page. */
export async function keysIn(client: S3Client, Bucket: string, Prefix: string) {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return keys;
}
