package dev.mtdconnector.graph;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.graph.GraphBatch.Part;
import dev.mtdconnector.graph.GraphBatch.Result;
import dev.mtdconnector.tenant.ApplicationRole;
import dev.mtdconnector.tenant.GrantedRoles;
import dev.mtdconnector.tenant.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Writes to the directory, at the pace that Graph allows. A refusal of one object is told apart from a refusal of us: when
 * Graph forbids it although the tenant granted all that is needed, something protects that very object.
 */
final class DirectoryWrites {

    private final GraphClient client;
    private final GraphBatch batch;
    private final GrantedRoles granted;

    DirectoryWrites(GraphClient client, GrantedRoles granted) {
        this.client = client;
        this.batch = new GraphBatch(client, client.settings(), client.clock());
        this.granted = granted;
    }

    GraphBatch batch() {
        return batch;
    }

    GraphClient client() {
        return client;
    }

    /**
     * Sends writes, at most twenty; each may go out more than once.
     *
     * @throws UpstreamException what concerns all of them, FORBIDDEN when a permission is missing
     */
    List<Result> send(GraphCaller caller, List<Part> parts, Runnable checkpoint) {
        client.writePace().await(caller, parts.size());
        List<Result> results = new ArrayList<>(batch.send(caller, parts, checkpoint));
        List<Integer> forbidden = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            if (isForbidden(results.get(i))) {
                forbidden.add(i);
            }
        }
        if (forbidden.isEmpty()) {
            return results;
        }
        // The token may be of before a role was granted.
        client.renewToken(caller);
        client.writePace().await(caller, forbidden.size());
        List<Result> again =
                batch.send(caller, forbidden.stream().map(parts::get).toList(), checkpoint);
        for (int i = 0; i < again.size(); i++) {
            results.set(forbidden.get(i), again.get(i));
        }
        results.stream().filter(DirectoryWrites::isForbidden).findFirst().ifPresent(one -> requireRoles(caller, one));
        return results;
    }

    private static boolean isForbidden(Result result) {
        return result.failure() != null && result.failure().kind() == Kind.FORBIDDEN;
    }

    /** Throws the failure unless everything that the registration needs is granted. */
    private void requireRoles(GraphCaller caller, Result forbidden) {
        UpstreamException failure = forbidden.failure();
        if (failure != null && !hasRoles(caller.tenantId(), caller.registration())) {
            throw failure;
        }
    }

    private boolean hasRoles(String tenantId, Registration registration) {
        Set<UUID> roles = granted.of(tenantId, registration);
        return registration.requiredRoles().stream().map(ApplicationRole::id).allMatch(roles::contains);
    }
}
