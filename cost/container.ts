import { type Bill, type BillLine, billOf, numberText, priceText } from "./line.ts";
import type { RailwaySheet } from "./sheets/railway.ts";

/** What one service of the container's side uses on average over a month. */
export interface ServiceUsage {
  readonly name: string;
  readonly memory_gb: number;
  /** Cores in use, on average; 0.05 is five hundredths of one. */
  readonly cpu: number;
  readonly volume_gb: number;
}

/** What the old design uses in a month: the process itself, and the databases beside it. */
export interface ContainerUsage {
  readonly services: readonly ServiceUsage[];
  readonly egress_gb: number;
}

/** What a month in containers costs, line by line. The plan's fee is the least that is paid. */
export function containerBill(
  usage: ContainerUsage,
  sheet: RailwaySheet,
  plan: keyof RailwaySheet["plans"],
): Bill {
  const lines = [
    ...usage.services.flatMap((service) => serviceLines(service, sheet)),
    line("Egress", usage.egress_gb, "GB", sheet.egress_gb_usd),
  ];
  const used_usd = billOf(lines).total_usd;
  const { fee_usd } = sheet.plans[plan];
  const rest_usd = Math.max(0, fee_usd - used_usd);
  return billOf([
    ...lines,
    {
      vendor: "Railway",
      item: `Rest of the ${plan} fee`,
      quantity: 1,
      unit: "month",
      usd: rest_usd,
      explained:
        rest_usd > 0
          ? `${priceText(fee_usd)} is the least that is paid`
          : `what is used is more than the fee of ${priceText(fee_usd)}`,
    },
  ]);
}

function serviceLines(service: ServiceUsage, sheet: RailwaySheet): BillLine[] {
  const { name, memory_gb, cpu, volume_gb } = service;
  const lines = [
    line(`${name}: memory`, memory_gb, "GB", sheet.memory_gb_month_usd),
    line(`${name}: CPU`, cpu, "cores", sheet.cpu_month_usd),
  ];
  return volume_gb > 0
    ? [...lines, line(`${name}: volume`, volume_gb, "GB", sheet.volume_gb_month_usd)]
    : lines;
}

function line(item: string, quantity: number, unit: string, price_usd: number): BillLine {
  return {
    vendor: "Railway",
    item,
    quantity,
    unit,
    usd: quantity * price_usd,
    explained: `${numberText(quantity)} ${unit} at ${priceText(price_usd)} a month`,
  };
}
