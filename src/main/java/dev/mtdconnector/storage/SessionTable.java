package dev.mtdconnector.storage;

import dev.mtdconnector.signin.Role;
import dev.mtdconnector.signin.Session;
import dev.mtdconnector.signin.SessionStore;
import dev.mtdconnector.signin.SignInAttempt;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sessions and sign-ins under way, by hash, in one partition a tenant: a look-up is one point read. */
public final class SessionTable implements SessionStore {

    private static final String SESSION = "session";
    private static final String ATTEMPT = "attempt";

    private final Table table;

    public SessionTable(Tables tables) {
        this.table = tables.table("sessions");
    }

    @Override
    public void save(Session session, Instant now) {
        Row row = row(session);
        Writes.put(table, row);
        Expiry.clearAfter(table, row, SESSION, now);
    }

    @Override
    public Optional<Session> find(String tenantId, String secretHash) {
        return table.get(Keys.join(tenantId), Keys.join(SESSION, secretHash))
                .map(row -> new Session(
                        tenantId,
                        secretHash,
                        row.requiredText("userId"),
                        row.requiredText("name"),
                        Role.valueOf(row.requiredText("role")),
                        row.requiredInstant("createdAt"),
                        row.requiredInstant("lastSeenAt"),
                        row.requiredInstant("membershipCheckedAt"),
                        row.etag()));
    }

    @Override
    public boolean update(Session session) {
        if (session.version() == null) {
            throw new IllegalArgumentException("A session is updated as it was read");
        }
        return Writes.replace(table, row(session), session.version()).isPresent();
    }

    @Override
    public void delete(String tenantId, String secretHash) {
        Writes.delete(table, Keys.join(tenantId), Keys.join(SESSION, secretHash), null);
    }

    /** A tenant has few administrators, so their sessions are read through: an index would be one more thing to keep. */
    @Override
    public void deleteOfUser(String tenantId, String userId) {
        deleteAll(
                Table.Range.prefix(Keys.join(tenantId), Keys.prefix(SESSION)),
                row -> userId.equals(row.text("userId")));
    }

    @Override
    public void deleteOfTenant(String tenantId) {
        deleteAll(Table.Range.partition(Keys.join(tenantId)), row -> true);
    }

    private void deleteAll(Table.Range range, Predicate<Row> which) {
        @Nullable String continuation = null;
        do {
            Table.Page page = table.query(range, TableRules.MAX_PAGE, continuation);
            // One by one: a row that somebody else deleted meanwhile would undo the others' deletion.
            page.rows().stream().filter(which).forEach(row -> Writes.delete(table, row.partition(), row.key(), null));
            continuation = page.continuation();
        } while (continuation != null);
    }

    @Override
    public void saveAttempt(SignInAttempt attempt, Instant now) {
        Row row = Row.of(
                Keys.join(attempt.tenantId()),
                Keys.join(ATTEMPT, attempt.stateHash()),
                Columns.ofRow()
                        .text("browserHash", attempt.browserHash())
                        .text("returnPath", attempt.returnPath())
                        .text("purpose", attempt.purpose())
                        .instant("expiresAt", attempt.expiresAt())
                        .map());
        Writes.put(table, row);
        Expiry.clearAfter(table, row, ATTEMPT, now);
    }

    @Override
    public Optional<SignInAttempt> attempt(String tenantId, String stateHash) {
        return table.get(Keys.join(tenantId), Keys.join(ATTEMPT, stateHash))
                .map(row -> new SignInAttempt(
                        tenantId,
                        stateHash,
                        row.requiredText("browserHash"),
                        row.requiredText("returnPath"),
                        row.requiredText("purpose"),
                        row.requiredInstant("expiresAt")));
    }

    @Override
    public boolean useUp(SignInAttempt attempt) {
        // Any version will do, but the row must be there: of two deletions the second finds none.
        return Writes.delete(table, Keys.join(attempt.tenantId()), Keys.join(ATTEMPT, attempt.stateHash()), null);
    }

    private static Row row(Session session) {
        return Row.of(
                Keys.join(session.tenantId()),
                Keys.join(SESSION, session.secretHash()),
                Columns.ofRow()
                        .text("userId", session.userId())
                        .text("name", session.name())
                        .text("role", session.role().name())
                        .instant("createdAt", session.createdAt())
                        .instant("lastSeenAt", session.lastSeenAt())
                        .instant("membershipCheckedAt", session.membershipCheckedAt())
                        .instant("expiresAt", session.expiresAt())
                        .map());
    }
}
