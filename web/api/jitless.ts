import { config } from "zod";

// zod would try to compile each schema with eval, which the content security policy forbids and
// reports. It decides that as a schema is made, so this module has to be the first that is loaded.
config({ jitless: true });
