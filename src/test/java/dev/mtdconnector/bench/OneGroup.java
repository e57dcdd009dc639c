package dev.mtdconnector.bench;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.enrollment.DirectoryChanges;
import dev.mtdconnector.graph.GroupPages;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A directory of one group and no device, whose pages lie ready as Graph sends them. */
final class OneGroup implements DirectoryChanges {

    private static final String LINK = "https://graph.microsoft.com/v1.0/groups/delta?$skiptoken=";
    private static final String END = "https://graph.microsoft.com/v1.0/groups/delta?$deltatoken=1";

    private final List<byte[]> pages = new ArrayList<>();
    private Runnable whileJoining = () -> {};
    private Runnable atRequest = () -> {};
    private boolean isTooOld;

    OneGroup(String groupId, int members, int membersAPage) {
        Random random = new Random(members);
        for (int from = 0; from < members; from += membersAPage) {
            int to = Math.min(members, from + membersAPage);
            StringBuilder page = new StringBuilder(
                            "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#groups\",")
                    .append(
                            to == members
                                    ? "\"@odata.deltaLink\":\"" + END
                                    : "\"@odata.nextLink\":\"" + LINK + (pages.size() + 1))
                    .append("\",\"value\":[{\"id\":\"" + groupId + "\",\"displayName\":\"Group\",\"members@delta\":[");
            for (int i = from; i < to; i++) {
                page.append(i == from ? "" : ",")
                        .append("{\"@odata.type\":\"#microsoft.graph.user\",\"id\":\"")
                        .append(new UUID(random.nextLong(), random.nextLong()))
                        .append("\"}");
            }
            pages.add(page.append("]}]}").toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The link is too old: at the next sync everybody is named anew. */
    void growOld() {
        isTooOld = true;
    }

    /** Has something done when users are about to be joined to devices. */
    void whileJoining(Runnable act) {
        whileJoining = act;
    }

    /** Has something done before each answer. */
    void atRequest(Runnable act) {
        atRequest = act;
    }

    @Override
    public Reading open(String tenantId, Meter meter) {
        return new Pages();
    }

    private final class Pages extends WithoutIntune {

        private final GroupPages reader = new GroupPages();

        @Override
        public void groupsWithin(Collection<String> groupIds, Consumer<String> consumer) {
            // None is.
        }

        @Override
        public Position groups(Collection<String> groupIds, GroupSink sink) {
            atRequest.run();
            return page(0, sink);
        }

        @Override
        public Position groups(String link, GroupSink sink) {
            atRequest.run();
            if (link.startsWith(LINK)) {
                return page(Integer.parseInt(link.substring(LINK.length())), sink);
            }
            if (isTooOld) {
                isTooOld = false;
                throw new UpstreamException(
                        UpstreamException.Service.GRAPH, UpstreamException.Kind.GONE, "The link is too old");
            }
            return new Position(END, true);
        }

        private Position page(int number, GroupSink sink) {
            return reader.read(new ByteArrayInputStream(pages.get(number)), sink);
        }

        @Override
        public Position devicesFromNow() {
            atRequest.run();
            return new Position("https://graph.microsoft.com/v1.0/devices/delta?$deltatoken=1", true);
        }

        @Override
        public Position devices(String link, DeviceSink sink) {
            atRequest.run();
            return new Position(link, true);
        }

        @Override
        public int deviceCount() {
            atRequest.run();
            return 0;
        }

        @Override
        public Position allDevices(@Nullable String link, Consumer<OwnedDevice> consumer) {
            whileJoining.run();
            return new Position(null, true);
        }

        @Override
        public void devicesOf(List<String> userIds, Consumer<OwnedDevice> consumer) {
            atRequest.run();
        }

        @Override
        public void namesOf(List<String> userIds, BiConsumer<String, String> consumer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void ownersOf(List<String> objectIds, Consumer<OwnedDevice> consumer) {
            // Likewise.
        }

        @Override
        public Set<String> deletedOf(List<String> deviceIds) {
            return Set.of();
        }
    }
}
