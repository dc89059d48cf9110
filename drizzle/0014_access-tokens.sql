CREATE TABLE "access_tokens" (
	"hash" text PRIMARY KEY NOT NULL,
	"actor" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	CONSTRAINT "access_tokens_hash" CHECK ("access_tokens"."hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "access_tokens_scopes" CHECK ("access_tokens"."scopes" <@ array['sign_in', 'read', 'annotate', 'review', 'manage'] and "access_tokens"."scopes" <> '{}')
);
--> statement-breakpoint
ALTER TABLE "access_tokens" ADD CONSTRAINT "access_tokens_actor_users_id_fk" FOREIGN KEY ("actor") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
COMMENT ON TABLE access_tokens IS 'What lets a browser or a program in. Only the hash of each secret is kept.';
COMMENT ON COLUMN access_tokens.hash IS 'SHA-256 of the secret, in hexadecimal.';
COMMENT ON COLUMN access_tokens.actor IS 'Whose it is (users.id).';
COMMENT ON COLUMN access_tokens.scopes IS 'Permissions of the actor that it gives: read, annotate, review, manage. One with sign_in may be exchanged for a session, once.';
COMMENT ON COLUMN access_tokens.created_at IS 'When it was made.';
COMMENT ON COLUMN access_tokens.expires_at IS 'When it ends; null for one that does not.';
