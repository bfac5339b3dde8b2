// Every limit of the product in one place, each with its unit in the name and its reason beside it.

export const LIMITS = {
  /** Largest request head (request line and headers) the gateway reads. nginx allows 4 × 8 KiB. */
  head_bytes_max: 32 * 1024,
  /** Largest body that a policy or the model path may buffer, for instance to read the model's name. Images in prompts are large. */
  buffered_body_bytes_max: 20 * 1024 * 1024,
  /** Longest canonical path that is matched and recorded. */
  path_characters_max: 4096,
  /** Largest settings document. A thousand routes with their policies are about 1 MiB. */
  settings_bytes_max: 4 * 1024 * 1024,
  /** Values in one settings document, aliases counted as often as they are used. A thousand routes have about 50,000. */
  settings_values_max: 500_000,
  /** Largest file that a `${file:…}` reference may name: certificates with their chain are below it. */
  secret_file_bytes_max: 64 * 1024,
  /** Most problems reported for one settings document: beyond that, more lines do not help. */
  settings_problems_max: 100,
  /** Captured part of one body. Longer bodies are cut and marked. */
  capture_body_bytes_max: 64 * 1024,
  /** Largest control API or feedback request body. */
  api_body_bytes_max: 1024 * 1024,
  /** Longest feedback message, in characters. */
  feedback_message_characters_max: 10_000,
  /** Call references that one feedback may carry. A page rarely makes more than 20 calls between two thoughts. */
  feedback_references_max: 20,
  /** Feedback posts of one client address in one minute. */
  feedback_per_address_per_minute: 30,
  /** Largest page of a list. */
  page_items_max: 200,
  page_items_default: 50,
  /** Spool files together; past it the oldest shipped, then the oldest unshipped are dropped and counted. */
  spool_bytes_max: 2 * 1024 * 1024 * 1024,
  /** One spool segment; a new one is begun past this size. */
  spool_segment_bytes_max: 16 * 1024 * 1024,
  /** Records waiting in a worker's memory for the next spool write; past it records are dropped and counted. */
  spool_pending_records_max: 50_000,
  /** Rate-limit buckets alive at once over all workers (16 bytes each). Past it, new buckets share a full slot's fate: refused. */
  shared_buckets_max: 262_144,
  /** Attempts of one job before it is given up and shown. */
  job_attempts_max: 12,
  /** Session of a person in the console, in milliseconds: 30 days. */
  session_ms: 30 * 86_400_000,
  /** Setup link, in milliseconds: 24 hours. A restart prints a new one. */
  setup_link_ms: 86_400_000,
  /** Open live streams of one console. Each tab holds one. */
  live_streams_max: 1000,
  /** Time that running calls have to end when the process is told to stop. */
  drain_ms: 10_000,
} as const;
