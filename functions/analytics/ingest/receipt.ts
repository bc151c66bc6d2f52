import { z } from "zod";
import type { RevenueEvent } from "../../../protocol/analytics/event.ts";
import { isSame, signatureOf } from "../key-text.ts";

/** What a receipt proves: `verified`, `invalid` if it is forged, `unknown` if nothing can be said. */
export type ReceiptVerdict = "verified" | "invalid" | "unknown";

/** Looks at the receipt of a purchase or refund. One for each store; this house has a stand-in. */
export type ReceiptVerifier = (event: RevenueEvent) => Promise<ReceiptVerdict>;

const receiptDataSchema = z.object({
  transactionId: z.string(),
  type: z.enum(["purchase", "refund"]),
  amount_minor: z.number(),
  currency: z.string(),
});

/**
 * The stand-in for a store's verifier: a receipt's data is JSON that repeats the transaction, and its
 * signature is the HMAC-SHA256 of that text with a secret shared with the store, in hex.
 * @param secret undefined where none is configured: then receipts prove nothing
 */
export function sharedSecretVerifier(secret: string | undefined): ReceiptVerifier {
  return async ({ receipt, transactionId, type, amount_minor, currency }) => {
    if (receipt === undefined || secret === undefined) return "unknown";
    const bytes = new TextEncoder().encode(receipt.data);
    if (!isSame(await signatureOf(secret, bytes), receipt.signature)) return "invalid";
    const said = receiptDataSchema.safeParse(jsonOf(receipt.data)).data;
    const matches =
      said?.transactionId === transactionId &&
      said.type === type &&
      said.amount_minor === amount_minor &&
      said.currency === currency;
    return matches ? "verified" : "invalid";
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
