import { expect, it } from "vitest";
import { documentSchema, fieldsOf, operationsByTag } from "./openapi.ts";

const document = documentSchema.parse({
  openapi: "3.1.0",
  info: { title: "Test", version: "1" },
  components: {
    schemas: {
      Room: {
        type: "object",
        properties: {
          title: { type: "string", minLength: 1, maxLength: 80 },
          role: { type: "string", enum: ["host", "viewer"] },
          people: { type: "array", items: { $ref: "#/components/schemas/Person" } },
          parent: { $ref: "#/components/schemas/Room" },
        },
        required: ["title"],
      },
      Person: { type: "object", properties: { age: { type: "integer", minimum: 0 } } },
    },
  },
  paths: {
    "/rooms": {
      get: { tags: ["watch"], summary: "List", responses: { 200: { description: "All" } } },
      post: { tags: ["watch"], summary: "Make", responses: { 201: { description: "Made" } } },
    },
    "/health": { get: { responses: { 200: { description: "Up" } } } },
  },
});

it("operations stand together by tag, those without one at last", () => {
  const byTag = operationsByTag(document);
  expect([...byTag.keys()]).toEqual(["watch", "other"]);
  expect(byTag.get("watch")?.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "get /rooms",
    "post /rooms",
  ]);
});

it("a body is told value by value, through references and lists", () => {
  const rows = fieldsOf(document, { $ref: "#/components/schemas/Room" });
  expect(rows.slice(0, 4)).toEqual([
    { path: "title", type: "string", required: true, notes: "1 to 80 characters" },
    { path: "role", type: "host | viewer", required: false, notes: "" },
    { path: "people[]", type: "object", required: false, notes: "" },
    { path: "people[].age", type: "integer", required: false, notes: "at least 0" },
  ]);
});

it("a schema that holds itself comes to an end", () => {
  expect(fieldsOf(document, { $ref: "#/components/schemas/Room" }).length).toBeLessThan(40);
});
