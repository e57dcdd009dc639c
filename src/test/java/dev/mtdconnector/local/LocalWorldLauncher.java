package dev.mtdconnector.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code mvn -Plocal}: starts the local world, says so, and stops it with the process. */
final class LocalWorldLauncher {

    private static final Logger LOG = LoggerFactory.getLogger(LocalWorldLauncher.class);
    private static final int FAILED = 1;

    private LocalWorldLauncher() {}

    static void launch() {
        Opened opened = new Opened();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            opened.close();
                            stopped.countDown();
                        },
                        "local-world-stop"));
        try {
            Properties properties = System.getProperties();
            if (flag(properties, "local.week", false)) {
                LivingContoso.week(properties, opened, LocalWorldLauncher::print);
            } else if (flag(properties, "local.simulator", true)) {
                simulated(properties, opened);
            } else {
                against(properties, opened);
            }
            stopped.await();
        } catch (LocalWorldException e) {
            LOG.debug("The local world did not start", e);
            print("\nThe local world did not start. " + e.getMessage());
            opened.close();
            System.exit(FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void simulated(Properties properties, Opened opened) {
        LocalOptions options = LocalOptions.fromProperties(properties);
        if (flag(properties, "local.reset", false)) {
            reset(options.folder());
        }
        LocalWorld world = LocalWorld.start(options, opened);
        world.awaitReady();
        if (flag(properties, "local.stream", false)) {
            world.follow();
        }
        print(Announcement.of(
                world.connector(),
                world.contoso(),
                world.simulator().contoso().loginAddress().toString(),
                world.simulator().mails().port(),
                world.ownsStorage() ? "Azurite, kept in .local/azurite" : "the Azurite that was running already",
                LocalSettings.OPERATOR_KEY));
        if (properties.containsKey("local.agents")) {
            LivingContoso.beside(world, properties, FleetKeys.of(world, options.folder()));
            print("A fleet of " + properties.getProperty("local.agents") + " phones lives here: see "
                    + world.contoso());
        }
        print("READY " + world.connector());
    }

    /** Runs the connector alone against whatever its settings point at. */
    private static void against(Properties properties, Opened opened) {
        LocalOptions options = LocalOptions.fromProperties(properties);
        Map<String, String> settings = LocalSettings.ofDeveloper();
        int port = portOf(
                settings.getOrDefault("MTD_PUBLIC_URL", ""), options.ports().connector());
        PortCheck.requireFree(new LocalOptions.Ports(port, 0, 0, 0));
        String connection = settings.getOrDefault("STATE_STORAGE", "");
        if (connection.isEmpty()) {
            throw new LocalWorldException("STATE_STORAGE must be a connection string here, for example"
                    + " UseDevelopmentStorage=true: this machine has no managed identity.");
        }
        try {
            LocalStorage storage = opened.keep(
                    connection.equals("UseDevelopmentStorage=true")
                            ? LocalStorage.wellKnown(options.folder().resolve("azurite"))
                            : LocalStorage.at(connection));
            opened.keep(LocalConnector.start(
                    options,
                    port,
                    settings,
                    storage,
                    Clock.systemUTC(),
                    duration -> TimeUnit.NANOSECONDS.sleep(duration.toNanos())));
        } catch (IOException | RuntimeException e) {
            throw LocalWorld.explained(e);
        }
        String address = "http://localhost:" + port;
        Readiness.check(List.of(address + "/health"));
        print("\n  Connector        " + address
                + "\n  Without the simulator: everything else is where the settings say.");
        print("READY " + address);
    }

    /** The port that the public address names, when it is this machine's; behind a tunnel it is the usual one. */
    private static int portOf(String publicUrl, int usual) {
        Matcher local = Pattern.compile("http://localhost:(\\d{1,5})/?").matcher(publicUrl);
        return local.matches() ? Integer.parseInt(local.group(1)) : usual;
    }

    private static void reset(Path folder) {
        if (Azurite.isListening(Azurite.Ports.WELL_KNOWN)) {
            throw new LocalWorldException("-Dlocal.reset: an Azurite is running on the ports 10000 to 10002, and its"
                    + " data cannot be taken from under it. Stop it, and start again.");
        }
        try {
            for (String part : new String[] {"azurite", "contoso"}) {
                if (Files.exists(folder.resolve(part))) {
                    NodeModules.deleteTree(folder.resolve(part));
                }
            }
            Files.deleteIfExists(folder.resolve("cookies"));
            Files.deleteIfExists(folder.resolve(FleetKeys.FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean flag(Properties properties, String name, boolean absent) {
        String text = properties.getProperty(name);
        if (text == null) {
            return absent;
        }
        return switch (text) {
            case "", "true" -> true;
            case "false" -> false;
            default -> throw new LocalWorldException("-D" + name + "=" + text + " is neither true nor false.");
        };
    }

    @SuppressWarnings("SystemOut")
    private static void print(String text) {
        System.out.println(text);
    }
}
