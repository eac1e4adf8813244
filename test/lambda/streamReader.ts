type Json = Readonly<Record<string, unknown>>;

/** Reads the change stream of a table on DynamoDB Local: its records are as Lambda gets them. */
export class StreamReader {
  private readonly url: string;
  private readonly table: string;
  private readonly iterators = new Map<string, string | null>();
  private arn: string | null = null;

  constructor(url: string, table: string) {
    this.url = url;
    this.table = table;
  }

  /** What has changed since the last call, in order. */
  async read(): Promise<readonly Json[]> {
    const records: Json[] = [];
    await this.findShards();
    for (const [shard, iterator] of this.iterators) {
      let from = iterator;
      while (from !== null) {
        const page = await this.ask("GetRecords", { ShardIterator: from });
        const found = page.Records as Json[];
        records.push(...found.map((one) => ({ ...one, eventSourceARN: this.arn })));
        from = (page.NextShardIterator as string | undefined) ?? null;
        this.iterators.set(shard, from);
        if (found.length === 0) break;
      }
    }
    return records;
  }

  private async findShards(): Promise<void> {
    if (this.arn === null) {
      const { Streams } = await this.ask("ListStreams", { TableName: this.table });
      this.arn = String((Streams as Json[])[0]?.StreamArn);
    }
    const StreamArn = this.arn;
    const { StreamDescription } = await this.ask("DescribeStream", { StreamArn });
    for (const { ShardId } of (StreamDescription as { Shards: Json[] }).Shards) {
      if (this.iterators.has(String(ShardId))) continue;
      const start = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" };
      const { ShardIterator } = await this.ask("GetShardIterator", start);
      this.iterators.set(String(ShardId), String(ShardIterator));
    }
  }

  private async ask(action: string, input: Json): Promise<Json> {
    const reply = await fetch(this.url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDBStreams_20120810.${action}`,
        authorization:
          "AWS4-HMAC-SHA256 Credential=local/20240101/us-east-1/dynamodb/aws4_request, " +
          "SignedHeaders=host, Signature=0",
      },
      body: JSON.stringify(input),
    });
    if (!reply.ok) throw new Error(`${action}: ${await reply.text()}`);
    return (await reply.json()) as Json;
  }
}
