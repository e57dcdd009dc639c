package dev.mtdconnector.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupDeltaPageTest {

    private static final String GROUP = "c5ede0fb-5408-4064-8c79-5f36af8f57d9";
    private static final String OTHER = "cfdcb12f-cab8-40dc-a9d8-2b4f739806ca";
    private static final String LENA = "d95209b0-e274-4702-8929-807e2ad7900a";
    private static final String OSCAR = "607f1810-a465-447c-b136-da952f9affef";
    private static final String DELTA = "\"@odata.deltaLink\":\"https://graph.example/d\"";

    private final Told told = new Told();

    private Position read(String page) throws IOException {
        return new GroupDeltaPage().read(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)), told);
    }

    private static String page(String... groups) {
        return "{\"@odata.context\":\"x\"," + DELTA + ",\"value\":[" + String.join(",", groups) + "]}";
    }

    private static String group(String members) {
        return "{\"id\":\"" + GROUP + "\",\"displayName\":\"Users\",\"members@delta\":[" + members + "]}";
    }

    private static String member(String type, String id, String more) {
        return "{\"@odata.type\":\"#microsoft.graph." + type + "\",\"id\":\"" + id + "\"" + more + "}";
    }

    @Test
    void tellsUsersAndGroupsWithinAGroupAndNothingElse() throws IOException {
        Position position = read(page(group(String.join(
                ",",
                member("user", LENA, ""),
                member("group", OTHER, ""),
                member("device", new UUID(1, 1).toString(), ""),
                member("servicePrincipal", new UUID(1, 2).toString(), ""),
                member("orgContact", new UUID(1, 3).toString(), ""),
                "{\"id\":\"" + OSCAR + "\"}"))));
        assertThat(told.lines)
                .containsExactly(
                        "group " + GROUP + " Users",
                        "+user " + GROUP + " " + LENA,
                        "+child " + GROUP + " " + OTHER,
                        "+user " + GROUP + " " + OSCAR);
        assertThat(position).isEqualTo(new Position("https://graph.example/d", true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"changed", "deleted"})
    void whoIsRemovedIsGoneWhateverTheReason(String reason) throws IOException {
        String removed = ",\"@removed\":{\"reason\":\"" + reason + "\"}";
        read(page(group(member("user", LENA, removed) + "," + member("group", OTHER, removed))));
        assertThat(told.lines)
                .containsExactly(
                        "group " + GROUP + " Users", "-user " + GROUP + " " + LENA, "-child " + GROUP + " " + OTHER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"changed", "deleted"})
    void aGroupThatIsRemovedIsGoneWithoutAWordOfItsMembers(String reason) throws IOException {
        read(page("{\"members@delta\":[" + member("user", LENA, "") + "],\"@removed\":{\"reason\":\"" + reason
                + "\"},\"id\":\"" + GROUP + "\"}"));
        assertThat(told.lines).containsExactly("gone " + GROUP);
    }

    @Test
    void propertiesComeInAnyOrder() throws IOException {
        read("{\"value\":[{\"members@delta\":[{\"@removed\":{\"reason\":\"deleted\"},\"id\":\"" + LENA
                + "\",\"@odata.type\":\"#microsoft.graph.user\"}],\"unknown\":{\"id\":[1,{\"id\":2}]},\"displayName\":\"Users\",\"id\":\""
                + GROUP + "\"}]," + DELTA + "}");
        assertThat(told.lines).containsExactly("group " + GROUP + " Users", "-user " + GROUP + " " + LENA);
    }

    @Test
    void membersOfOneGroupAreNotTakenForThoseOfTheNext() throws IOException {
        read(page(group(member("user", LENA, "")), "{\"id\":\"" + OTHER + "\"}"));
        assertThat(told.lines)
                .containsExactly(
                        "group " + GROUP + " Users", "+user " + GROUP + " " + LENA, "group " + OTHER + " null");
    }

    @Test
    void aGroupOfManyIsReadToTheLast() throws IOException {
        List<String> ids = IntStream.range(0, 3_000)
                .mapToObj(i -> new UUID(~i, i * 0x9E3779B97F4A7C15L).toString())
                .toList();
        read(page(group(
                String.join(",", ids.stream().map(id -> member("user", id, "")).toList()))));
        assertThat(told.lines.subList(1, told.lines.size()))
                .containsExactlyElementsOf(
                        ids.stream().map(id -> "+user " + GROUP + " " + id).toList());
    }

    @Test
    void idsInCapitalsAreTheSameIds() throws IOException {
        read(page(group(member("user", LENA, "")))
                .toUpperCase(java.util.Locale.ROOT)
                .replace("\"VALUE\"", "\"value\"")
                .replace("\"ID\"", "\"id\"")
                .replace("MEMBERS@DELTA", "members@delta")
                .replace("@ODATA.TYPE", "@odata.type")
                .replace("#MICROSOFT.GRAPH.USER", "#microsoft.graph.user")
                .replace("@ODATA.DELTALINK", "@odata.deltaLink"));
        assertThat(told.lines).containsExactly("group " + GROUP + " null", "+user " + GROUP + " " + LENA);
    }

    @Test
    void anEmptyPageLeadsOn() throws IOException {
        assertThat(read("{\"value\":[],\"@odata.nextLink\":\"https://graph.example/n\"}"))
                .isEqualTo(new Position("https://graph.example/n", false));
        assertThat(told.lines).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "7",
                "{DELTA}",
                "{\"value\":null,DELTA}",
                "{\"value\":{},DELTA}",
                "{\"value\":[7],DELTA}",
                "{\"value\":[]}",
                "{\"value\":[],\"@odata.nextLink\":null}",
                "{\"value\":[],\"@odata.deltaLink\":{\"a\":1}}",
                "{\"value\":[{}],DELTA}",
                "{\"value\":[{\"id\":null}],DELTA}",
                "{\"value\":[{\"id\":\"../users\"}],DELTA}",
                "{\"value\":[{\"id\":\"GROUP\",\"members@delta\":[{}]}],DELTA}",
                "{\"value\":[{\"id\":\"GROUP\",\"members@delta\":[\"x\"]}],DELTA}",
                "{\"value\":[{\"id\":\"GROUP\",\"members@delta\":[{\"id\":7}]}],DELTA}",
                "{\"value\":[{\"id\":\"GROUP\",\"members@delta\":[{\"id\":\"d95209b0\"}]}],DELTA}",
                "{\"value\":[{\"id\":\"GROUP\",\"members@delta\":[{\"id\":\"d95209b0ae274-4702-8929-807e2ad7900a\"}]}],DELTA}",
                "{\"value\":[{\"id\":\"GROUP\",\"members@delta\":[{\"id\":\"g95209b0-e274-4702-8929-807e2ad7900a\"}]}],DELTA}",
                "{\"value\":[{\"id\":\"GROUP\",\"members@delta\":[{\"id\":\"\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661-e274-4702-8929-807e2ad7900a\"}]}],DELTA}",
            })
    void whatIsNoPageIsRefused(String page) {
        UpstreamException failure = catchThrowableOfType(
                UpstreamException.class, () -> read(page.replace("DELTA", DELTA).replace("GROUP", GROUP)));
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(UpstreamException.Kind.REFUSED);
    }

    @Test
    void whereverAPageIsCutItIsNoPage() {
        String whole = page(group(member("user", LENA, ",\"@removed\":{\"reason\":\"changed\"}")));
        for (int length = 1; length < whole.length(); length++) {
            String cut = whole.substring(0, length);
            assertThatThrownBy(() -> read(cut)).as(cut).isInstanceOf(IOException.class);
        }
        assertThat(Collections.frequency(told.lines, "gone " + GROUP)).isZero();
    }
}
