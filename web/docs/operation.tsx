import { Icon } from "../ui/icon.tsx";
import { type Column, Table } from "../ui/table.tsx";
import {
  type ApiDocument,
  type FieldRow,
  fieldsOf,
  notesOf,
  type Operation,
  type Schema,
} from "./openapi.ts";

type OperationProps = { document: ApiDocument; operation: Operation };

/** One route: closed it is a line, open it tells what goes in and what can come out. */
export function OperationItem({ document, operation }: OperationProps) {
  const { method, path, summary, description, parameters, requestBody, responses } = operation;
  const input = requestBody?.content["application/json"]?.schema;
  return (
    <details className="group border-b border-line last:border-b-0">
      <summary className="relative flex flex-wrap items-baseline gap-x-4 gap-y-0.5 py-3 pr-12 pl-4 marker:content-none hover:bg-sunken">
        <span className="w-12 font-mono text-sm font-semibold text-accent uppercase">{method}</span>
        <code className="font-mono text-[0.9375rem] break-all">{path}</code>
        <span className="text-muted max-sm:basis-full sm:ml-auto">{summary}</span>
        <span className="absolute top-3.5 right-4 text-muted transition-transform group-open:rotate-180">
          <Icon name="chevron" />
        </span>
      </summary>
      <div className="space-y-5 px-4 pt-3 pb-6">
        {description !== undefined && <p className="max-w-prose text-muted">{description}</p>}
        {parameters.length > 0 && (
          <div>
            <h3 className="mb-2 font-semibold">Parameters</h3>
            <Rows
              label="Parameters"
              rows={parameters.map(({ name, in: place, required, schema }) => ({
                path: name,
                type: `in the ${place}`,
                required,
                notes: notesOf(schema),
              }))}
            />
          </div>
        )}
        {input !== undefined && (
          <div>
            <h3 className="mb-2 font-semibold">Body</h3>
            <Rows label="Body" rows={fieldsOf(document, input)} />
          </div>
        )}
        {Object.entries(responses).map(([status, { description: meaning, content }]) => (
          <Answer
            key={status}
            document={document}
            status={status}
            meaning={meaning}
            schema={content?.["application/json"]?.schema}
          />
        ))}
      </div>
    </details>
  );
}

type AnswerProps = {
  document: ApiDocument;
  status: string;
  meaning: string;
  schema: Schema | undefined;
};

function Answer({ document, status, meaning, schema }: AnswerProps) {
  return (
    <div>
      <h3 className="mb-2">
        <span className="font-mono font-semibold">{status}</span>{" "}
        <span className="text-muted">{meaning}</span>
      </h3>
      {schema !== undefined && (
        <Rows label={`Answer ${status}`} rows={fieldsOf(document, schema)} />
      )}
    </div>
  );
}

function Rows({ label, rows }: { label: string; rows: readonly FieldRow[] }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="overflow-x-auto rounded-control border border-line bg-surface"
    >
      <Table caption={label} rows={rows} rowKey={({ path }) => path} columns={columns} />
    </section>
  );
}

const columns: readonly Column<FieldRow>[] = [
  {
    title: "Name",
    cell: ({ path, required }) => (
      <code className="font-mono text-sm">
        {path}
        {required ? "" : "?"}
      </code>
    ),
  },
  { title: "Type", cell: ({ type }) => <span className="text-muted">{type}</span> },
  {
    title: "Notes",
    wide: true,
    minor: true,
    cell: ({ notes }) => <span className="text-muted">{notes}</span>,
  },
];
