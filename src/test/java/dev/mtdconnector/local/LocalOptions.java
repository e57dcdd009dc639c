package dev.mtdconnector.local;

import dev.mtdconnector.app.Edges;
import dev.mtdconnector.local.contoso.ContosoOptions;
import dev.mtdconnector.local.contoso.GraphConduct;
import dev.mtdconnector.local.contoso.Rule;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a local world is set up.
 *
 * @param ports where its parts listen
 * @param storage where the product's state lies
 * @param folder where Azurite, Contoso and the certificate are kept; with {@code memory} only the certificate is
 * @param memory true when Contoso forgets everything at the end
 * @param seed Contoso is generated from it
 * @param users how many people Contoso has
 * @param manual true when timers and queues run only when a test says so
 * @param lease the queue triggers' lease; null for the platform's
 * @param conduct how Graph behaves at first
 * @param edges may put something between the product and what it reaches; called at each start of the connector
 */
public record LocalOptions(
        Ports ports,
        Storage storage,
        Path folder,
        boolean memory,
        long seed,
        int users,
        boolean manual,
        @Nullable Duration lease,
        GraphConduct.State conduct,
        UnaryOperator<Edges> edges) {

    /** Where to listen on the loopback address; 0 for any free port. */
    public record Ports(int connector, int contoso, int login, int smtp) {
        /** The contract's. */
        public static final Ports WELL_KNOWN = new Ports(7071, 7080, 7443, 7025);

        public static final Ports FREE = new Ports(0, 0, 0, 0);
    }

    /** Where state lies. */
    public enum Storage {
        /** The Azurite that every tool expects: used when it runs, else started and kept in the folder. */
        AZURITE,
        /** An Azurite of this world alone, in memory. */
        FRESH_AZURITE,
        /** Tables and queues in memory, which follow the clock of the local world. */
        MEMORY
    }

    /** What {@code mvn -Plocal} starts, with its system properties. */
    static LocalOptions fromProperties(Properties properties) {
        String lease = properties.getProperty("local.lease");
        return new LocalOptions(
                Ports.WELL_KNOWN,
                Storage.AZURITE,
                Path.of(".local"),
                false,
                number(properties, "local.seed", ContosoOptions.SEED, Long.MIN_VALUE),
                Math.toIntExact(number(properties, "local.users", ContosoOptions.USERS, ContosoOptions.USERS)),
                false,
                lease == null ? null : Duration.ofSeconds(number(properties, "local.lease", 0, 1)),
                conduct(properties),
                UnaryOperator.identity());
    }

    /** A world for a test: free ports, nothing remembered, driven by hand. */
    public static LocalOptions forTest(Storage storage) {
        return new LocalOptions(
                Ports.FREE,
                storage,
                Path.of(".local"),
                true,
                ContosoOptions.SEED,
                ContosoOptions.USERS,
                true,
                null,
                GraphConduct.State.START,
                UnaryOperator.identity());
    }

    /** The same, but timers and queues run by themselves. */
    public LocalOptions automatic() {
        return new LocalOptions(ports, storage, folder, memory, seed, users, false, lease, conduct, edges);
    }

    public LocalOptions withPorts(Ports other) {
        return new LocalOptions(other, storage, folder, memory, seed, users, manual, lease, conduct, edges);
    }

    public LocalOptions withFolder(Path other) {
        return new LocalOptions(ports, storage, other, false, seed, users, manual, lease, conduct, edges);
    }

    public LocalOptions withUsers(int other) {
        return new LocalOptions(ports, storage, folder, memory, seed, other, manual, lease, conduct, edges);
    }

    public LocalOptions withLease(Duration other) {
        return new LocalOptions(ports, storage, folder, memory, seed, users, manual, other, conduct, edges);
    }

    public LocalOptions withConduct(GraphConduct.State other) {
        return new LocalOptions(ports, storage, folder, memory, seed, users, manual, lease, other, edges);
    }

    public LocalOptions withEdges(UnaryOperator<Edges> other) {
        return new LocalOptions(ports, storage, folder, memory, seed, users, manual, lease, conduct, other);
    }

    /**
     * How Contoso is started.
     *
     * @param base the clock from which Contoso's own goes ahead
     * @param connector the address of the connector
     */
    ContosoOptions contoso(Clock base, String connector) {
        return new ContosoOptions(
                seed,
                users,
                memory ? null : folder.resolve("contoso"),
                ports.contoso(),
                ports.login(),
                null,
                connector,
                LocalSettings.CLIENT_SECRET,
                LocalSettings.CLIENT_SECRET,
                base,
                conduct,
                EnumSet.noneOf(Rule.class));
    }

    private static GraphConduct.State conduct(Properties properties) {
        String delta = properties.getProperty("local.delta", "calm");
        String throttling = properties.getProperty("local.throttling", "true");
        if (!delta.equals("calm") && !delta.equals("documented")) {
            throw new LocalWorldException("-Dlocal.delta=" + delta + " is neither calm nor documented");
        }
        if (!throttling.equals("true") && !throttling.equals("false")) {
            throw new LocalWorldException("-Dlocal.throttling=" + throttling + " is neither true nor false");
        }
        int page = Math.toIntExact(number(properties, "local.deltaPage", GraphConduct.DELTA_PAGE, 1));
        if (page > GraphConduct.MOST_DELTA_PAGE) {
            throw new LocalWorldException("-Dlocal.deltaPage is at most " + GraphConduct.MOST_DELTA_PAGE);
        }
        return GraphConduct.State.START
                .withDelta(delta.equals("documented"), page)
                .withThrottling(throttling.equals("true"), 0, true);
    }

    /** A number above 0, or 0. */
    static double decimal(Properties properties, String name, double absent) {
        String text = properties.getProperty(name, "");
        try {
            double value = text.isEmpty() ? absent : Double.parseDouble(text);
            if (value >= 0 && Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number below 0.
        }
        throw new LocalWorldException("-D" + name + "=" + text + " is not a number from 0");
    }

    static long number(Properties properties, String name, long absent, long least) {
        String text = properties.getProperty(name);
        if (text == null || text.isEmpty()) {
            return absent;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= least) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number that is too small.
        }
        throw new LocalWorldException(
                "-D" + name + "=" + text + " is not a whole number" + (least > 0 ? " from " + least : ""));
    }
}
