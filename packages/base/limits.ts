// Every limit of the product in one place, each with its unit in the name and its reason beside it.

export const LIMITS = {
  /** Largest request head (request line and headers) the gateway reads. nginx allows 4 × 8 KiB. */
  head_bytes_max: 32 * 1024,
  /** A request head must be complete this long after its connection opened or its first byte came; slow senders hold no place. */
  head_ms: 15_000,
  /** How long a client's idle connection is kept. nginx keeps 75 s. */
  keep_alive_ms: 75_000,
  /** Calls running at once in one worker; past it a call is refused at once. Each holds about 20 KiB and two sockets. */
  worker_calls_max: 10_000,
  /** Connections of one worker to one upstream address. Past it calls wait for one, within their connect timeout. */
  upstream_connections_max: 1024,
  /** Largest answer head an upstream may send. Node itself allows 16 KiB. */
  upstream_head_bytes_max: 64 * 1024,
  /** Body bytes that are read and thrown away after a refusal, so that the client reads the answer before the connection ends. */
  discard_bytes_max: 1024 * 1024,
  /** Silence in a request body that is read before its route is known (model calls). Routes have timeouts of their own. */
  request_idle_ms: 30_000,
  /** Such a body must have come in whole in this time. 20 MiB over 2 Mbit/s take 84 s. */
  buffered_body_ms: 120_000,
  /** How exactly gateway deadlines are kept: one look over all running calls in this time, instead of a timer for each. */
  deadline_step_ms: 50,
  /** Recorded part of a user agent. Real ones are below 300. */
  user_agent_characters_max: 512,
  /** Of a call's reason in its record: a sentence or two. */
  reason_characters_max: 300,
  /** Longest x-request-id that is accepted from a client; a longer one is replaced. */
  request_id_characters_max: 128,
  /** Largest body that a policy or the model path may buffer, for instance to read the model's name. Images in prompts are large. */
  buffered_body_bytes_max: 20 * 1024 * 1024,
  /** Longest canonical path that is matched and recorded. */
  path_characters_max: 4096,
  /** Largest settings document. A thousand routes with their policies are about 1 MiB. */
  settings_bytes_max: 4 * 1024 * 1024,
  /** Values in one settings document, aliases counted as often as they are used. A thousand routes have about 50,000. */
  settings_values_max: 500_000,
  /** Deepest nesting of one settings document. The schema knows seven levels. */
  settings_depth_max: 50,
  /** Largest file that a `${file:…}` reference may name: certificates with their chain are below it. */
  secret_file_bytes_max: 64 * 1024,
  /** Most problems reported for one settings document: beyond that, more lines do not help. */
  settings_problems_max: 100,
  /** One server-sent event of a model's stream that is read for usage; longer ones pass unread. Usage events are under 1 KiB. */
  event_frame_bytes_max: 1024 * 1024,
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
  /** Looks of one client address at reports in one minute. An open widget looks 20 times, and a household has several. */
  feedback_reads_per_address_per_minute: 240,
  /** Client addresses that are counted at once (about 100 bytes each). */
  feedback_addresses_max: 10_000,
  /** Largest page of a list. */
  page_items_max: 200,
  page_items_default: 50,
  /** Spool files together; past it the oldest shipped, then the oldest unshipped are dropped and counted. */
  spool_bytes_max: 2 * 1024 * 1024 * 1024,
  /** One spool segment; a new one is begun past this size. */
  spool_segment_bytes_max: 16 * 1024 * 1024,
  /** Records waiting in a worker's memory for the next spool write; past it records are dropped and counted. */
  spool_pending_records_max: 50_000,
  /** The same in bytes of JSON: captured payloads make records large. */
  spool_pending_bytes_max: 64 * 1024 * 1024,
  /** One frame of the spool, which is written and read whole. A record with both payloads captured stays under 1 MiB. */
  spool_frame_bytes_max: 4 * 1024 * 1024,
  /** Records that the telemetry store takes in one transaction: about 50 ms of work, between which questions are answered. */
  telemetry_batch_records_max: 2_000,
  /** How long the telemetry store may take for one answer. */
  telemetry_answer_ms: 10_000,
  /** Memory and threads that the embedded telemetry store may use: it must not starve the gateway on the same machine. */
  telemetry_memory_bytes_max: 512 * 1024 * 1024,
  telemetry_threads_max: 2,
  /** Rate-limit buckets alive at once over all workers (20 bytes each). Past it, new buckets share a full slot's fate: refused. */
  shared_buckets_max: 262_144,
  /** After a person set the split of a subject, no automatic action touches it for 30 minutes: a person always wins. */
  person_hold_ms: 30 * 60_000,
  /** One finding per release in this time: a release that goes on failing is one event, not one per look. */
  finding_quiet_ms: 10 * 60_000,
  /** How long a feedback waits for records of its calls. They normally arrive within seconds; later they are lost. */
  link_patience_ms: 2 * 60_000,
  /** Between a change of status and the mail about it, so that a slip of the hand can be taken back unheard. */
  tell_delay_ms: 5_000,
  /** At most one "we have it" mail to one address in this time: nobody proved that the address is theirs. */
  receipt_mail_every_ms: 10 * 60_000,
  /** How far back severity 1 issues are read for the exit criteria of a launch. */
  critical_lookback_ms: 90 * 86_400_000,
  /** How long SQLite waits for its file when something else, such as a backup, holds it. */
  sqlite_busy_ms: 5_000,
  /** Connections of one process to PostgreSQL. Transactions are short, and its server allows about 100 in all by default. */
  postgres_connections_max: 10,
  /** How long a request waits for a connection to PostgreSQL before it fails. */
  postgres_connect_ms: 5_000,
  /** After this time PostgreSQL ends a transaction in which nothing happens, so that its locks do not stay. */
  postgres_idle_in_transaction_ms: 30_000,
  /** How often one transaction is tried when PostgreSQL finds that it cannot run beside another. */
  transaction_attempts_max: 5,
  /** How long a done job is remembered by its `dedupe`, so that the same wish does not come twice; and one that was given up. */
  job_memory_ms: 30 * 86_400_000,
  /** Attempts of one job before it is given up and shown. */
  job_attempts_max: 12,
  /** Session of a person in the console, in milliseconds: 30 days. */
  session_ms: 30 * 86_400_000,
  /** Setup link, in milliseconds: 24 hours. A restart prints a new one. */
  setup_link_ms: 86_400_000,
  /** One-time link for the password of a person who was added: 3 days, a weekend between. */
  password_link_ms: 3 * 86_400_000,
  /** Shortest admin token that is accepted: 24 characters of a random text are at least 96 bits. */
  admin_token_characters_min: 24,
  /** The last use of an API token is written down at most once in this time. */
  token_touch_ms: 60_000,
  /** People, and API tokens that are not revoked, of one workspace. Their lists are not paged. */
  people_per_workspace_max: 2_000,
  tokens_per_workspace_max: 500,
  /** Sign-in attempts for one e-mail address from one client address in the window. A person who mistypes needs about 5. */
  sign_in_attempts_per_account: 10,
  /** Sign-in attempts from one client address in the window, whatever the e-mail. An office shares one address. */
  sign_in_attempts_per_address: 100,
  sign_in_window_ms: 10 * 60_000,
  /** Counters of sign-in attempts alive at once; past it the oldest are forgotten. About 2 MiB. */
  sign_in_counters_max: 10_000,
  /** Open live streams of one console. Each tab holds one. */
  live_streams_max: 1000,
  /** Gateway worker threads. More than cores only adds switching; no machine we know has more cores worth a worker each. */
  gateway_workers_max: 64,
  /** Time that a gateway worker has to run a new plan; one that takes longer is replaced. */
  plan_swap_ms: 1_000,
  /** Longest pause before a crashed worker or child is started again. */
  restart_pause_ms_max: 10_000,
  /** Time that running calls have to end when the process is told to stop. */
  drain_ms: 10_000,
  /** Signals this close to the first are the same wish: a supervisor tells the whole group, and npm and its runner tell it again. */
  one_stop_ms: 1_000,
} as const;
