package dev.mtdconnector.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says before anything is started which ports are taken, all of them at once. */
final class PortCheck {

    private PortCheck() {}

    /**
     * @throws LocalWorldException when a port is taken; 0 never is
     */
    static void requireFree(LocalOptions.Ports ports) {
        Map<Integer, String> wanted = new LinkedHashMap<>();
        wanted.put(ports.connector(), "the connector");
        wanted.put(ports.contoso(), "Contoso");
        wanted.put(ports.login(), "Contoso's sign-in service");
        wanted.put(ports.smtp(), "the mail catcher");
        require(wanted);
    }

    /** Azurite's ports, of which some are taken and some are not. */
    static void requireFree(Azurite.Ports ports) {
        require(Map.of(ports.blob(), "Azurite", ports.queue(), "Azurite", ports.table(), "Azurite"));
    }

    private static void require(Map<Integer, String> wanted) {
        List<String> taken = new ArrayList<>();
        wanted.forEach((port, use) -> {
            if (port != 0 && !isFree(port)) {
                taken.add(port + " (" + use + ")");
            }
        });
        if (!taken.isEmpty()) {
            throw new LocalWorldException("Taken by another process: port " + String.join(", ", taken)
                    + ". Is the local world running already? Find who has it with \"lsof -i :PORT\" (Windows:"
                    + " \"netstat -ano\"), stop that, and start again.");
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
