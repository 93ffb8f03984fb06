-- Decisions about who is who (主体归并): which subjects one and the same organisation or person stands behind. Records stay
-- with the subject that they named; only the pointer to the subject that stands for all of them moves, so a split takes
-- nothing apart that a merge put together.

-- Null: the subject stands for itself alone. Otherwise all subjects of one whole, the canonical one among them, bear its id.
ALTER TABLE "subject" ADD COLUMN "canonical_id" BIGINT;
ALTER TABLE "subject" ADD CONSTRAINT "subject_canonical_id_fkey"
  FOREIGN KEY ("canonical_id") REFERENCES "subject" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE INDEX "subject_canonical" ON "subject" ("canonical_id") WHERE "canonical_id" IS NOT NULL;

CREATE TABLE "identity_proposal" (
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "low_id" BIGINT NOT NULL,
    "high_id" BIGINT NOT NULL,
    "verdict" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_proposal_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "identity_proposal_kind" CHECK ("kind" IN ('ORGANISATION', 'PERSON')),
    CONSTRAINT "identity_proposal_order" CHECK ("low_id" < "high_id"),
    CONSTRAINT "identity_proposal_verdict" CHECK ("verdict" IN ('SAME', 'DIFFERENT', 'UNSURE'))
);
CREATE UNIQUE INDEX "identity_proposal_low_id_high_id_key" ON "identity_proposal" ("low_id", "high_id");
CREATE INDEX "identity_proposal_high_id_idx" ON "identity_proposal" ("high_id");
ALTER TABLE "identity_proposal" ADD CONSTRAINT "identity_proposal_low_id_fkey"
  FOREIGN KEY ("low_id") REFERENCES "subject" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "identity_proposal" ADD CONSTRAINT "identity_proposal_high_id_fkey"
  FOREIGN KEY ("high_id") REFERENCES "subject" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "identity_event" (
    "proposal_id" BIGINT NOT NULL,
    "seq" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "department_id" INTEGER,
    "actor" TEXT NOT NULL,
    "action_id" TEXT,
    "input_mac" TEXT,

    CONSTRAINT "identity_event_pkey" PRIMARY KEY ("proposal_id", "seq")
);
CREATE UNIQUE INDEX "identity_event_department_id_action_id_key" ON "identity_event" ("department_id", "action_id");
ALTER TABLE "identity_event" ADD CONSTRAINT "identity_event_proposal_id_fkey"
  FOREIGN KEY ("proposal_id") REFERENCES "identity_proposal" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "subject_merge" (
    "subject_id" BIGINT NOT NULL,
    "position" BIGINT NOT NULL,
    "canonical_id" BIGINT,
    "proposal_id" BIGINT NOT NULL,

    CONSTRAINT "subject_merge_pkey" PRIMARY KEY ("subject_id", "position")
);
CREATE INDEX "subject_merge_canonical_id_position_idx" ON "subject_merge" ("canonical_id", "position");
ALTER TABLE "subject_merge" ADD CONSTRAINT "subject_merge_subject_id_fkey"
  FOREIGN KEY ("subject_id") REFERENCES "subject" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "subject_merge" ADD CONSTRAINT "subject_merge_proposal_id_fkey"
  FOREIGN KEY ("proposal_id") REFERENCES "identity_proposal" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "doubtful_number_decision" (
    "id" BIGSERIAL NOT NULL,
    "scheme" TEXT NOT NULL,
    "value_key" TEXT NOT NULL,
    "decision" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "department_id" INTEGER,
    "actor" TEXT NOT NULL,
    "action_id" TEXT,
    "input_mac" TEXT,

    CONSTRAINT "doubtful_number_decision_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "doubtful_number_decision_decision" CHECK ("decision" IN ('ACCEPTED', 'WITHDRAWN'))
);
CREATE INDEX "doubtful_number_decision_scheme_value_key_id_idx" ON "doubtful_number_decision" ("scheme", "value_key", "id");
CREATE UNIQUE INDEX "doubtful_number_decision_department_id_action_id_key" ON "doubtful_number_decision" ("department_id", "action_id");

CREATE TRIGGER "identity_event_append_only" BEFORE UPDATE OR DELETE ON "identity_event" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "subject_merge_append_only" BEFORE UPDATE OR DELETE ON "subject_merge" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "doubtful_number_decision_append_only" BEFORE UPDATE OR DELETE ON "doubtful_number_decision" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

-- All subjects of the whole that a subject belongs to, itself among them.
CREATE FUNCTION subject_members(asked bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(m.id), ARRAY[asked])
    FROM subject s JOIN subject m ON m.canonical_id = s.canonical_id WHERE s.id = asked
$$;

-- The same as judged at a position of the change feed.
CREATE FUNCTION subject_canonical_at(asked bigint, at bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT canonical_id FROM subject_merge WHERE subject_id = asked AND "position" <= at
                    ORDER BY "position" DESC LIMIT 1), asked)
$$;
CREATE FUNCTION subject_members_at(asked bigint, at bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(DISTINCT m.subject_id), ARRAY[asked])
    FROM subject_merge m
   WHERE m.canonical_id = subject_canonical_at(asked, at) AND m."position" <= at
     AND m.canonical_id = subject_canonical_at(m.subject_id, at)
$$;

-- A listing shows the name of the subject that stands for the one it is attached to.
CREATE OR REPLACE FUNCTION tell_new_name() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  listings bigint[];
  last_position bigint;
BEGIN
  SELECT array_agg(id ORDER BY id) INTO listings
    FROM listing WHERE subject_id = ANY (subject_members(NEW.id)) AND record_id IS NOT NULL;
  IF listings IS NULL THEN
    RETURN NULL;
  END IF;
  UPDATE feed_head SET position = position + cardinality(listings) RETURNING position INTO last_position;
  INSERT INTO feed_event (position, kind, subject_id, record_id, listing_id)
  SELECT last_position - cardinality(listings) + t.n, 'LISTING_CHANGED', l.subject_id, l.record_id, l.id
    FROM unnest(listings) WITH ORDINALITY AS t (id, n) JOIN listing l ON l.id = t.id;
  PERFORM pg_notify('feed', last_position::text);
  RETURN NULL;
END $$;
