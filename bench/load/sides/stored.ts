import { Client } from "pg";

/** How large a database is: its tables with their indexes, and what they have of free space. */
export async function storedBytes(databaseUrl: string): Promise<number> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ bytes: string }>(
      "select pg_database_size(current_database()) as bytes",
    );
    return Number(rows[0]?.bytes);
  } finally {
    await client.end();
  }
}
