-- The rights of the role that the service works under, where it does not own the database: it may add to what is
-- append-only and can neither rewrite it nor take away the triggers that hold it. Run by the owner after each migration:
--
--     psql "$OWNER_DATABASE_URL" --file prisma/service-role.sql
--     psql "$OWNER_DATABASE_URL" --command "CREATE ROLE exchange LOGIN PASSWORD '…' IN ROLE exchange_service"

DO $$
DECLARE
  held regclass;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'exchange_service') THEN
    CREATE ROLE exchange_service NOLOGIN;
  END IF;

  GRANT USAGE ON SCHEMA public TO exchange_service;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO exchange_service;
  GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO exchange_service;
  REVOKE INSERT, UPDATE, DELETE ON _prisma_migrations FROM exchange_service;
  REVOKE INSERT, DELETE ON log_head FROM exchange_service;

  -- What a trigger holds against rewriting, the role has no right to either.
  FOR held IN SELECT DISTINCT tgrelid::regclass FROM pg_trigger WHERE tgfoid = 'refuse_rewriting'::regproc LOOP
    CONTINUE WHEN held = 'log_head'::regclass;
    EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM exchange_service', held);
  END LOOP;
  -- What issued documents say may go, never change.
  GRANT DELETE ON issued_document_content TO exchange_service;

  -- But it may erase a natural person, by the one function that says when and what.
  GRANT EXECUTE ON FUNCTION erase_person(bigint, bigint[], text, jsonb) TO exchange_service;

  -- The queue of deliveries keeps its own tables.
  GRANT USAGE, CREATE ON SCHEMA pgboss TO exchange_service;
  GRANT ALL ON ALL TABLES IN SCHEMA pgboss TO exchange_service;
  GRANT ALL ON ALL SEQUENCES IN SCHEMA pgboss TO exchange_service;
END $$;
