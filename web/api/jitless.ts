import { config } from "zod";

// zod would try to compile each schema with eval, which the content security policy forbids and
// reports. It decides that as a schema is made, so this module has to run before any other that makes
// one: `vite.config.ts` puts it into one chunk with zod itself.
config({ jitless: true });
