package dev.mtdconnector.local.contoso;

import com.nimbusds.jose.jwk.RSAKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** The sign-in service's keys, one for each generation, kept in a directory and made when they are first needed. */
final class SigningKeys {

    /**
     * Which keys count.
     *
     * @param current the generation that signs
     * @param oldest the oldest one that is still published
     */
    record Generations(int current, int oldest) {

        static final Generations FIRST = new Generations(0, 0);

        /** The next generation signs; those before stay published or are withdrawn at once. */
        Generations rolledOver(boolean isOldKept) {
            return new Generations(current + 1, isOldKept ? oldest : current + 1);
        }
    }

    private final Path directory;
    private final Contoso contoso;
    private final Set<Rule> off;
    private final Map<Integer, RSAKey> read = new ConcurrentHashMap<>();

    SigningKeys(Path directory, Contoso contoso, Set<Rule> off) {
        this.directory = directory;
        this.contoso = contoso;
        this.off = off;
    }

    /** The published keys; the last one signs. */
    List<RSAKey> published() {
        Generations now = contoso.keys();
        int oldest = off.contains(Rule.KEYS_OVERLAP) ? now.current() : now.oldest();
        return IntStream.rangeClosed(oldest, now.current())
                .mapToObj(one -> read.computeIfAbsent(one, generation -> Tokens.keyIn(directory, generation)))
                .toList();
    }
}
