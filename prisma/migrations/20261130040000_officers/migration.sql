-- Officers who sign in to the console, what they sign in with, and what became of every attempt.
CREATE TABLE "officer" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT true,
    "image" TEXT,
    "roles" TEXT[],
    "department_id" INTEGER NOT NULL,
    "division_code" TEXT,
    "status" TEXT NOT NULL DEFAULT 'INVITED',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "officer_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "officer_session" (
    "id" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "officer_id" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "address" TEXT,
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "officer_session_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "officer_login" (
    "id" TEXT NOT NULL,
    "officer_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "password" TEXT,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "officer_login_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "officer_passkey" (
    "id" TEXT NOT NULL,
    "name" TEXT,
    "public_key" TEXT NOT NULL,
    "officer_id" TEXT NOT NULL,
    "credential_id" TEXT NOT NULL,
    "counter" INTEGER NOT NULL,
    "device_type" TEXT NOT NULL,
    "backed_up" BOOLEAN NOT NULL,
    "transports" TEXT,
    "aaguid" TEXT,
    "created_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "officer_passkey_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "auth_verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "auth_verification_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "officer_totp" (
    "officer_id" TEXT NOT NULL,
    "secret" BYTEA NOT NULL,
    "last_step" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "officer_totp_pkey" PRIMARY KEY ("officer_id")
);

CREATE TABLE "officer_backup_code" (
    "officer_id" TEXT NOT NULL,
    "digest" TEXT NOT NULL,

    CONSTRAINT "officer_backup_code_pkey" PRIMARY KEY ("officer_id","digest")
);

CREATE TABLE "officer_set_up_code" (
    "code_sha256" TEXT NOT NULL,
    "officer_id" TEXT NOT NULL,
    "totp_secret" BYTEA,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "officer_set_up_code_pkey" PRIMARY KEY ("code_sha256")
);

CREATE TABLE "sign_in_challenge" (
    "token_sha256" TEXT NOT NULL,
    "officer_id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_challenge_pkey" PRIMARY KEY ("token_sha256")
);

CREATE TABLE "sign_in_tries" (
    "key" TEXT NOT NULL,
    "tries" INTEGER NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_tries_pkey" PRIMARY KEY ("key")
);

CREATE TABLE "officer_recovery" (
    "id" SERIAL NOT NULL,
    "officer_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "opened_by" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "outcome" TEXT,

    CONSTRAINT "officer_recovery_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "officer_event" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" TEXT NOT NULL,
    "officer_id" TEXT,
    "email_key" TEXT,
    "session_id" TEXT,
    "address" TEXT,
    "facts" JSONB NOT NULL,

    CONSTRAINT "officer_event_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "officer_email_key" ON "officer"("email");

CREATE INDEX "officer_department_id_idx" ON "officer"("department_id");

CREATE UNIQUE INDEX "officer_session_token_key" ON "officer_session"("token");

CREATE INDEX "officer_session_officer_id_idx" ON "officer_session"("officer_id");

-- Of one kind of log-in an officer has one.
CREATE UNIQUE INDEX "officer_login_officer_id_provider_id_key" ON "officer_login"("officer_id", "provider_id");

CREATE UNIQUE INDEX "officer_login_provider_id_account_id_key" ON "officer_login"("provider_id", "account_id");

CREATE UNIQUE INDEX "officer_passkey_credential_id_key" ON "officer_passkey"("credential_id");

CREATE INDEX "officer_passkey_officer_id_idx" ON "officer_passkey"("officer_id");

CREATE INDEX "auth_verification_identifier_idx" ON "auth_verification"("identifier");

CREATE INDEX "auth_verification_expires_at_idx" ON "auth_verification"("expires_at");

CREATE INDEX "officer_set_up_code_officer_id_idx" ON "officer_set_up_code"("officer_id");

CREATE INDEX "sign_in_challenge_officer_id_idx" ON "sign_in_challenge"("officer_id");

CREATE INDEX "sign_in_challenge_expires_at_idx" ON "sign_in_challenge"("expires_at");

CREATE INDEX "sign_in_tries_until_idx" ON "sign_in_tries"("until");

CREATE INDEX "officer_recovery_officer_id_idx" ON "officer_recovery"("officer_id");

CREATE INDEX "officer_event_officer_id_at_idx" ON "officer_event"("officer_id", "at");

CREATE INDEX "officer_event_at_idx" ON "officer_event"("at");

ALTER TABLE "officer" ADD CONSTRAINT "officer_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "officer" ADD CONSTRAINT "officer_division_code_fkey" FOREIGN KEY ("division_code") REFERENCES "division"("code") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "officer_session" ADD CONSTRAINT "officer_session_officer_id_fkey" FOREIGN KEY ("officer_id") REFERENCES "officer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "officer_login" ADD CONSTRAINT "officer_login_officer_id_fkey" FOREIGN KEY ("officer_id") REFERENCES "officer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "officer_passkey" ADD CONSTRAINT "officer_passkey_officer_id_fkey" FOREIGN KEY ("officer_id") REFERENCES "officer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "officer_totp" ADD CONSTRAINT "officer_totp_officer_id_fkey" FOREIGN KEY ("officer_id") REFERENCES "officer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "officer_backup_code" ADD CONSTRAINT "officer_backup_code_officer_id_fkey" FOREIGN KEY ("officer_id") REFERENCES "officer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "officer_set_up_code" ADD CONSTRAINT "officer_set_up_code_officer_id_fkey" FOREIGN KEY ("officer_id") REFERENCES "officer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "sign_in_challenge" ADD CONSTRAINT "sign_in_challenge_officer_id_fkey" FOREIGN KEY ("officer_id") REFERENCES "officer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "officer_recovery" ADD CONSTRAINT "officer_recovery_officer_id_fkey" FOREIGN KEY ("officer_id") REFERENCES "officer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "officer_recovery" ADD CONSTRAINT "officer_recovery_opened_by_fkey" FOREIGN KEY ("opened_by") REFERENCES "officer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "officer_recovery" ADD CONSTRAINT "officer_recovery_decided_by_fkey" FOREIGN KEY ("decided_by") REFERENCES "officer"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "officer_event" ADD CONSTRAINT "officer_event_officer_id_fkey" FOREIGN KEY ("officer_id") REFERENCES "officer"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "officer" ADD CONSTRAINT "officer_email_lower" CHECK ("email" = lower("email"));
ALTER TABLE "officer" ADD CONSTRAINT "officer_status" CHECK ("status" IN ('INVITED', 'ACTIVE', 'DISABLED'));
ALTER TABLE "officer" ADD CONSTRAINT "officer_roles" CHECK (
  cardinality("roles") > 0
  AND "roles" <@ ARRAY['CITY_ADMINISTRATOR', 'OFFICER', 'REVIEWER', 'AUDITOR', 'HELP_DESK']);
-- No session rests on a password alone.
ALTER TABLE "officer_session" ADD CONSTRAINT "officer_session_method" CHECK (
  "method" IN ('TOTP', 'BACKUP_CODE', 'SET_UP', 'PASSKEY', 'SINGLE_SIGN_ON'));

-- Two persons, neither of them the one who is to get in again; one request at a time.
ALTER TABLE "officer_recovery" ADD CONSTRAINT "officer_recovery_persons" CHECK (
  "opened_by" <> "officer_id"
  AND ("outcome" IS DISTINCT FROM 'CONFIRMED' OR ("decided_by" <> "opened_by" AND "decided_by" <> "officer_id")));
ALTER TABLE "officer_recovery" ADD CONSTRAINT "officer_recovery_decided" CHECK (
  ("outcome" IS NULL) = ("decided_at" IS NULL)
  AND ("outcome" IS NULL OR "outcome" IN ('CONFIRMED', 'CANCELLED', 'EXPIRED'))
  AND ("outcome" IS NULL OR "outcome" = 'EXPIRED' OR "decided_by" IS NOT NULL));
CREATE UNIQUE INDEX "officer_recovery_open" ON "officer_recovery" ("officer_id") WHERE "outcome" IS NULL;

CREATE TRIGGER "officer_event_append_only" BEFORE UPDATE OR DELETE ON "officer_event" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "officer_event_no_truncate" BEFORE TRUNCATE ON "officer_event" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
