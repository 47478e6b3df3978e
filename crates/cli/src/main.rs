//! The `wanqi` binary: reads the command line, runs one command, ends with 0 (done), 1 (failed) or 2 (cannot be answered).

mod arguments;
mod audit;
mod casework;
mod context;
mod database;
mod demo;
mod exports;
mod help;
mod imports;
mod init;
mod people;
mod rules;
mod say;
mod serve;
mod workdays;

use std::process::ExitCode;

use clap::FromArgMatches;
use clap::error::{Error, ErrorKind};

use arguments::{Arguments, Command, Database};
use context::Context;
use say::{FAILURE, Outcome, Say, Stop, USAGE};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    let say = match Say::new(say::language(&args, context::env)) {
        Ok(say) => say,
        Err(reason) => {
            eprintln!("{reason}");
            return ExitCode::from(FAILURE);
        }
    };
    let matches = help::command(&say).try_get_matches();
    match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => match run(arguments, &say) {
            Ok(()) => ExitCode::SUCCESS,
            Err(stop) => ExitCode::from(say.ended(stop)),
        },
        Err(error) => ExitCode::from(refused(&error, &say)),
    }
}

/// Help and version were asked for; anything else is a faulty command line.
fn refused(error: &Error, say: &Say) -> u8 {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = error.print();
        return 0;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        say.note(&error.to_string());
        return USAGE;
    }
    say.note(&help::wrong(error, say));
    USAGE
}

fn run(arguments: Arguments, say: &Say) -> Outcome {
    let Arguments { lang, config, command } = arguments;
    match command {
        // These need neither an installation nor a runtime.
        Command::Workdays(command) => workdays::run(command, say),
        Command::Rules(command) => rules::run(command, say),
        Command::Casework(command) => casework::replay(command, say),
        Command::Openapi => casework::openapi(say),
        command => {
            let threads = std::thread::available_parallelism().map_or(2, usize::from);
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
            let runtime = runtime.map_err(|e| Stop::Error(kernel::Error::internal(e)))?;
            runtime.block_on(with_database(command, config.as_deref(), lang.as_deref(), say))
        }
    }
}

async fn with_database(command: Command, file: Option<&std::path::Path>, lang: Option<&str>, say: &Say) -> Outcome {
    app::machine::keep_private();
    let say = say.clone();
    let command = match command {
        Command::Demo(demo) => return demo::run(&demo, lang, say).await,
        Command::Init(init) => return init::run(&init, file, say).await,
        command => command,
    };
    let context = Context::load(file, say)?;
    if !matches!(command, Command::Serve) {
        // Whoever waits at the prompt knows that a statement takes long.
        context::start_log("warn,sqlx::query=error");
    }
    match command {
        Command::Serve => serve::run(&context).await,
        Command::Stats(stats) => casework::stats(&context, stats).await,
        Command::Import(import) => imports::run(&context, import).await,
        Command::Export(export) => exports::run(&context, export).await,
        Command::Audit(audit) => audit::run(&context, audit).await,
        Command::Users(users) => people::users(&context, users).await,
        Command::Tokens(tokens) => people::tokens(&context, tokens).await,
        Command::Db(Database::Copy { from, to, empty_target }) => {
            database::db_copy(&context, &from, &to, empty_target).await
        }
        Command::Backup { file } => database::make_backup(&context, &file).await,
        Command::Restore { file, to, data_dir } => database::put_back(&context, &file, &to, &data_dir).await,
        Command::Doctor { all } => database::doctor(&context, all).await,
        Command::Demo(_)
        | Command::Init(_)
        | Command::Workdays(_)
        | Command::Rules(_)
        | Command::Casework(_)
        | Command::Openapi => Ok(()),
    }
}
